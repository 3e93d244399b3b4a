/** What is known of a span: strings and numbers. */
export type Attributes = Readonly<Record<string, string | number | undefined>>

/** Shows what a pass over a BirdWatch did, and how long each part of it took. */
export interface Tracer {
  /** Does the work as one span; `describe` adds what is known only afterwards. */
  pass(key: string, work: (describe: (attributes: Attributes) => void) => Promise<void>): Promise<void>
  /** Tells of something that has just ended and took so long; nothing outside of a pass. */
  record(name: string, attributes: Attributes, ms: number): void
  /** Sends what has not been sent. Never rejects. */
  stop(): Promise<void>
}

/** Does the work, and shows nothing. */
export const noTracer: Tracer = {
  pass: (_, work) => work(() => {}),
  record() {},
  async stop() {},
}
