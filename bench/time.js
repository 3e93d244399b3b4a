const samples = 15

/** The median time of one call, in microseconds: enough calls per sample to be well above the clock's resolution. */
export function microseconds(work, callsPerSample = 1000) {
  work()
  const times = Array.from({ length: samples }, () => {
    const start = performance.now()
    for (let call = 0; call < callsPerSample; call++) work()
    return ((performance.now() - start) * 1000) / callsPerSample
  })
  return times.sort((a, b) => a - b)[Math.floor(samples / 2)]
}

export const rounded = (value, digits = 2) => Number(value.toFixed(digits))
