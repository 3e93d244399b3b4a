/**
 * Runs code that was handed to us. What it throws is a bug of that code: it is reported like any uncaught exception, as
 * Node does for listeners of an EventTarget, and neither the other listeners nor our own loop notice it.
 */
export function callListener(call: () => void): void {
  try {
    call()
  } catch (error) {
    process.nextTick(() => {
      throw error
    })
  }
}
