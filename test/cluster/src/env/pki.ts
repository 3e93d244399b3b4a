import { generateKeyPairSync } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dataFile } from '../paths.js'
import { run } from '../run.js'
import { kubeconfigOf, type Layout, pkiFile } from './layout.js'
import { loopback } from './part.js'

/** Distinct names, so that the audit log tells them apart. All are cluster administrators. */
const users = {
  admin: 'admin',
  'controller-manager': 'system:kube-controller-manager',
  istiod: 'istiod',
  kubelet: 'process-kubelet',
}

const serverNames = 'IP:127.0.0.1,IP:10.0.0.1,DNS:localhost,DNS:kubernetes.default,DNS:kubernetes.default.svc'

/** One authority, one serving certificate, a client certificate and kubeconfig per user, and the token-signing key. */
export async function createPki(layout: Layout): Promise<void> {
  const directory = pkiFile(layout, '')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await mkdir(join(layout.directory, 'kubeconfig'), { recursive: true, mode: 0o700 })
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  await writeFile(pkiFile(layout, 'service-accounts.pub'), publicKey.export({ type: 'spki', format: 'pem' }))
  await writeFile(pkiFile(layout, 'service-accounts.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
  await certificate(directory, 'ca', '/CN=birdwatch-test-ca', ['basicConstraints=critical,CA:TRUE'])
  await Promise.all([
    signed(directory, 'server', '/CN=server', [`subjectAltName=${serverNames}`, 'extendedKeyUsage=serverAuth']),
    ...Object.entries(users).map(async ([user, name]) => {
      await signed(directory, user, `/O=system:masters/CN=${name}`, ['extendedKeyUsage=clientAuth'])
      await writeKubeconfig(layout, user, {
        'client-certificate-data': (await readFile(pkiFile(layout, `${user}.crt`))).toString('base64'),
        'client-key-data': (await readFile(pkiFile(layout, `${user}.key`))).toString('base64'),
      })
    }),
  ])
}

/** Writes `kubeconfig/<name>.json` (kubectl reads JSON too, and so can Node) and returns its path. */
export async function writeKubeconfig(
  layout: Layout,
  name: string,
  user: Record<string, string>,
  namespace = 'default',
): Promise<string> {
  const ca = await readFile(pkiFile(layout, 'ca.crt'))
  const cluster = {
    server: `https://${loopback(layout.ports.apiserver)}`,
    'certificate-authority-data': ca.toString('base64'),
  }
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'test', cluster }],
    users: [{ name, user }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: name, namespace } }],
  }
  const path = kubeconfigOf(layout, name)
  await writeFile(path, JSON.stringify(config, null, 2), { mode: 0o600 })
  return path
}

const signed = (directory: string, name: string, subject: string, extensions: string[]) =>
  certificate(directory, name, subject, extensions, ['-CA', 'ca.crt', '-CAkey', 'ca.key'])

async function certificate(cwd: string, name: string, subject: string, extensions: string[], signer: string[] = []) {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-keyout', `${name}.key`]
  const content = ['-subj', subject, '-days', '365', ...extensions.flatMap(extension => ['-addext', extension])]
  const config = ['-config', dataFile('conf/openssl.cnf')]
  await run('openssl', ['req', '-x509', ...config, ...key, ...content, ...signer, '-out', `${name}.crt`], { cwd })
}
