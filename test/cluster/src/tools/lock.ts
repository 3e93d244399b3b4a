import { spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * Runs `work` while this process holds an exclusive lock on the file. The kernel holds the lock (flock), on behalf
 * of a child that ends when its input does: a killed holder can leave no stale lock behind.
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const holder = spawn('flock', [file, 'sh', '-c', 'echo held; cat >/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(holder, 'exit')
  await Promise.race([
    once(holder.stdout, 'data'),
    ended.then(([code]) => Promise.reject(new Error(`flock ended: ${code}`))),
  ])
  try {
    return await work()
  } finally {
    holder.stdin.end()
    await ended
  }
}
