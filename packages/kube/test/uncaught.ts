/** The next exception that nobody caught; the runner, which would fail the test for it, does not see this one. */
export function nextUncaught(): Promise<unknown> {
  const others = process.listeners('uncaughtException')
  for (const other of others) process.off('uncaughtException', other)
  return new Promise(resolve => {
    process.once('uncaughtException', error => {
      for (const other of others) process.on('uncaughtException', other)
      resolve(error)
    })
  })
}
