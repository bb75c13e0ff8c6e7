// Certification authorities of machines' certificates, by openssl.
//
//     const authority = await ClientAuthority.make(folder, 'machines')
//     authority.file                                                   // its root, PEM
//     const { cert, key } = await authority.client('platform', { seconds: 5 })
import { X509Certificate } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../../deploy/demo/instance.mjs'

const CONFIGURATION = folder => `
[ca]
default_ca = authority
[authority]
database = ${join(folder, 'index')}
new_certs_dir = ${folder}
default_md = sha256
policy = names
unique_subject = no
rand_serial = yes
[names]
commonName = supplied
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical, CA:TRUE
keyUsage = keyCertSign
[client]
extendedKeyUsage = clientAuth
[server]
extendedKeyUsage = serverAuth
subjectAltName = IP:127.0.0.1
`
const openssl = (...words) => run(['openssl', ...words])
/** YYYYMMDDHHMMSSZ, as openssl takes it. */
const asn1 = at => new Date(at).toISOString().replace(/\.\d+/, '').replace(/[-T:]/g, '')

/** As the API writes it. */
export const fingerprintOf = pem => new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase()

export class ClientAuthority {
  static async make(parent, name) {
    const made = new ClientAuthority()
    made.folder = join(parent, `authority-${name}`)
    mkdirSync(made.folder, { recursive: true })
    made.file = join(made.folder, 'root.pem')
    writeFileSync(join(made.folder, 'index'), '')
    writeFileSync(join(made.folder, 'config'), CONFIGURATION(made.folder))
    await openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', `/CN=${name}`,
      '-config', join(made.folder, 'config'), '-extensions', 'root', '-keyout', join(made.folder, 'root.key'), '-out', made.file)
    return made
  }

  /** seconds: from now until its end. */
  async client(name, { seconds = 86_400 } = {}) {
    return this.#issue(name, 'client', seconds)
  }

  async server(name) {
    return this.#issue(name, 'server', 86_400)
  }

  async #issue(name, kind, seconds) {
    const file = end => join(this.folder, `${name}.${end}`)
    const config = join(this.folder, 'config')
    await openssl('req', '-new', '-utf8', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${name}`, '-config', config,
      '-keyout', file('key'), '-out', file('csr'))
    await openssl('ca', '-batch', '-notext', '-config', config, '-extensions', kind, '-cert', this.file, '-keyfile', join(this.folder, 'root.key'),
      '-startdate', asn1(Date.now() - 60_000), '-enddate', asn1(Date.now() + seconds * 1000), '-in', file('csr'), '-out', file('pem'))
    return { cert: readFileSync(file('pem'), 'utf8'), key: readFileSync(file('key'), 'utf8'), certFile: file('pem'), keyFile: file('key') }
  }
}
