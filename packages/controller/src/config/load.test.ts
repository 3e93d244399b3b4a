import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfiguration } from './load.js'
import { withSecrets } from './secrets.js'

const directory = mkdtempSync(join(tmpdir(), 'birdwatch-config-'))
let files = 0
function load(yaml: string, env: Record<string, string> = {}) {
  const file = join(directory, `${++files}.yaml`)
  writeFileSync(file, yaml)
  return loadConfiguration(file, env)
}
function complaint(yaml: string): string {
  try {
    load(yaml)
  } catch (error) {
    return (error as Error).message.replace(/^.*\.yaml: /, '')
  }
  throw new Error('the configuration was accepted')
}

describe('Without a file', () => {
  it("the default provider is Istio's own Prometheus, and nobody is told", () => {
    expect(loadConfiguration(undefined, {})).toMatchObject({
      clusterDomain: 'cluster.local',
      namespaces: [],
      providers: [
        {
          name: 'prometheus',
          type: 'prometheus',
          options: { url: 'http://prometheus.istio-system.svc.cluster.local:9090' },
        },
      ],
      notifiers: [],
      leaderElection: { enabled: true, name: 'birdwatch' },
      http: { host: '0.0.0.0', port: 8080 },
      dashboard: { enabled: false, host: '127.0.0.1', port: 8081 },
    })
  })

  it('the environment names Prometheus and Slack, the token by reference', () => {
    const env = { PROMETHEUS_URL: 'http://prom:9090', SLACK_API_TOKEN: 'xoxb-secret', SLACK_CHANNEL: '#rollouts' }
    const configuration = loadConfiguration(undefined, env)
    expect(configuration).toMatchObject({
      providers: [{ options: { url: 'http://prom:9090' } }],
      notifiers: [
        { name: 'slack', type: 'slack', options: { channel: '#rollouts', token: { env: 'SLACK_API_TOKEN' } } },
      ],
    })
    expect(JSON.stringify(configuration)).not.toContain('xoxb-secret')
  })
})

describe('A file', () => {
  it('may be empty', () => {
    expect(load('')).toEqual(loadConfiguration(undefined, {}))
  })

  it('wins over the environment', () => {
    const { providers } = load('providers: [{ name: main, type: prometheus, options: { url: http://file } }]', {
      PROMETHEUS_URL: 'http://env',
    })
    expect(providers).toMatchObject([
      { name: 'main', options: { url: 'http://file' }, timeoutSeconds: 10, concurrency: 20 },
    ])
  })

  it('that leaves out the URL of a Prometheus gets it from the environment', () => {
    const { providers } = load('providers: [{ name: main, type: prometheus }]', { PROMETHEUS_URL: 'http://env' })
    expect(providers).toMatchObject([{ options: { url: 'http://env' } }])
  })

  it.each([
    ['clusterdomain: x', 'clusterdomain is not a known key; did you mean clusterDomain?'],
    [
      'providers: [{ name: a, type: b, optoins: {} }]',
      'providers[0].optoins is not a known key; did you mean options?',
    ],
    ['http: { socket: 1 }', 'http.socket is not a known key; known keys: host, port'],
    ['http: { port: 70000 }', 'http.port is 70000; it must be at most 65535'],
    ['http: { port: "80" }', 'http.port is "80"; it must be a number'],
    ['http: 8080', 'http is 8080; it must be a map of keys to values'],
    ['log: { level: loud }', 'log.level is "loud"; it must be one of debug, info, warn, error'],
    ['providers: prometheus', 'providers is "prometheus"; it must be a list'],
    ['providers: [{ type: prometheus }]', 'providers[0].name is missing; it must be a text'],
    [
      'providers: [{ name: "", type: b }]',
      'providers[0].name is ""; it must be a name of lower case letters, digits and -',
    ],
    ['providers: [{ name: a, type: "" }]', 'providers[0].type is ""; it must not be empty'],
    [
      'providers: [{ name: a, type: b }, { name: a, type: c }]',
      'providers[1].name is "a", as is providers[0].name; names must differ',
    ],
    ['namespaces: [Shop]', 'namespaces[0] is "Shop"; it must be a name of lower case letters, digits and -'],
    ['leaderElection: { leaseSeconds: 1 }', 'leaderElection.leaseSeconds is 1; it must be at least 2'],
    ['tracing: { headers: Bearer x }', 'tracing.headers is a text; it must be a map of keys to values'],
    [
      'tracing: { endpoint: "http://me:x@collector" }',
      'tracing.endpoint is a text; it must be an http or https URL without a password',
    ],
    [
      'providers: [{ name: a, type: b, options: secret }]',
      'providers[0].options is a text; it must be a map of keys to values',
    ],
    ['- a', 'the configuration is a list; it must be a map of keys to values'],
  ])('%s: %s', (yaml, expected) => {
    expect(complaint(yaml)).toBe(expected)
  })

  it('that is not YAML is refused with the line', () => {
    expect(complaint('a: [1')).toContain('line 1')
  })

  it('that does not exist is refused by name', () => {
    expect(() => loadConfiguration('/nowhere/config.yaml', {})).toThrow(
      '/nowhere/config.yaml: it can not be read (ENOENT)',
    )
  })
})

describe('A secret', () => {
  const sources = { env: { TOKEN: 'from-env' }, readFile: () => 'from-file\n' }

  it('is taken from the environment or from a file, wherever it is referred to', () => {
    const options = { token: { env: 'TOKEN' }, headers: [{ value: { file: '/etc/token' } }], plain: 'x' }
    expect(withSecrets(options, sources)).toEqual({
      token: 'from-env',
      headers: [{ value: 'from-file' }],
      plain: 'x',
    })
  })

  it('that is not there is refused by its place', () => {
    expect(() => withSecrets({ token: { env: 'OTHER' } }, sources)).toThrow(
      'token names the environment variable OTHER, which is not set',
    )
    expect(() => withSecrets({ x: { file: '/nowhere/token' } }, { env: {} })).toThrow(
      'x names the file /nowhere/token, which can not be read (ENOENT)',
    )
  })
})
