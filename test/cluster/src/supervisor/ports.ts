import net from 'node:net'

/** Blocks lie below Linux's ephemeral range (from 32768 on), so that no outgoing connection ever sits on a port of ours. */
const first = 12_000
const size = 400
const count = 50

/** A range of ports that belongs to one environment for as long as its supervisor lives, also while a part is down. */
export class PortBlock {
  #next: number
  readonly #end: number

  private constructor(
    /** 0..49, unique among the environments of this machine. */
    readonly index: number,
    readonly guard: net.Server,
  ) {
    const base = first + index * size
    this.#next = base + 1
    this.#end = base + size
  }

  /** Takes the first block that is free; a block belongs to whoever listens on its first port. */
  static async claim(): Promise<PortBlock> {
    for (let index = 0; index < count; index++) {
      const guard = await listen(first + index * size)
      if (guard) return new PortBlock(index, guard)
    }
    throw new Error(`no block of ${size} ports is free between ${first} and ${first + count * size}`)
  }

  async take(): Promise<number> {
    while (this.#next < this.#end) {
      const port = this.#next++
      const probe = await listen(port)
      if (!probe) continue // something outside this project listens there
      await new Promise(resolve => probe.close(resolve))
      return port
    }
    throw new Error(`all ${size} ports of this environment are taken`)
  }
}

function listen(port: number): Promise<net.Server | undefined> {
  return new Promise(resolve => {
    const server = net.createServer(socket => socket.destroy())
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}
