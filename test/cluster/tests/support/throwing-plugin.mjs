/** A plugin that throws where nobody catches it, an error that carries the request as clients of HTTP make them. */
export default {
  kind: 'metric-provider',
  name: 'throwing',
  apiVersion: 1,
  options: { '~standard': { version: 1, vendor: 'test', validate: value => ({ value }) } },
  create: ({ token }) => ({
    contract: 1,
    async query() {
      const cause = Object.assign(new Error('socket hang up'), { config: { headers: { authorization: token } } })
      const request = { headers: { authorization: token } }
      setTimeout(() => {
        throw Object.assign(new Error('a plugin that throws', { cause }), request)
      })
      return { value: null }
    },
  }),
}
