// Certificates (RFC 5280) as far as a laboratory's signer needs: who it is, and whether it leads to a root.
import { BITS, BOOLEAN, INTEGER, OCTETS, SEQUENCE, child, children, context, equal, join, oid, readDer, Unsupported, type Der } from './der'

export interface Certificate {
  der: Uint8Array
  tbs: Uint8Array
  /** INTEGER with its tag. */
  serial: Uint8Array
  issuer: Uint8Array
  subject: Uint8Array
  name: string
  notBefore: number
  notAfter: number
  spki: Uint8Array
  algorithm: string
  signature: Uint8Array
  /** Certifies others, with so many of those between it and a signer. */
  authority: { path: number } | null
  usage: { sign: boolean; certify: boolean }
}

const COMMON_NAME = '2.5.4.3'
const CURVES: Record<string, { name: string; size: number }> = {
  '1.2.840.10045.3.1.7': { name: 'P-256', size: 32 },
  '1.3.132.0.34': { name: 'P-384', size: 48 },
  '1.3.132.0.35': { name: 'P-521', size: 66 }
}
const SIGNATURES: Record<string, { kind: 'ECDSA' | 'RSASSA-PKCS1-v1_5'; hash: string }> = {
  '1.2.840.10045.4.3.2': { kind: 'ECDSA', hash: 'SHA-256' },
  '1.2.840.10045.4.3.3': { kind: 'ECDSA', hash: 'SHA-384' },
  '1.2.840.10045.4.3.4': { kind: 'ECDSA', hash: 'SHA-512' },
  '1.2.840.113549.1.1.11': { kind: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  '1.2.840.113549.1.1.12': { kind: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384' },
  '1.2.840.113549.1.1.13': { kind: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512' }
}

/** Web Crypto; only pages that came over TLS, or from this machine, have it. */
export function webCrypto(): SubtleCrypto {
  const subtle = globalThis.crypto?.subtle
  if (!subtle) throw new Unsupported('insecure')
  return subtle
}

export async function digest(...parts: Uint8Array[]): Promise<Uint8Array> {
  return new Uint8Array(await webCrypto().digest('SHA-256', join(...parts)))
}

/** UTCTime and GeneralizedTime as RFC 5280 4.1.2.5 has them: to the second, Z. */
function time(value: Der): number {
  const text = new TextDecoder('latin1').decode(value.content)
  const short = value.tag === 0x17
  const parts = (short ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/ : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/).exec(text)
  if (!parts) throw new Unsupported('time')
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as [number, number, number, number, number, number]
  return Date.UTC(short ? year + (year < 50 ? 2000 : 1900) : year, month - 1, day, hour, minute, second)
}

function commonName(name: Der): string {
  for (const set of children(name)) {
    for (const pair of children(set)) {
      const text = child(pair, 1)
      if (oid(child(pair, 0)) !== COMMON_NAME) continue
      return new TextDecoder(text.tag === 0x1e ? 'utf-16be' : text.tag === 0x0c ? 'utf-8' : 'latin1').decode(text.content)
    }
  }
  return ''
}

function bits(value: Der): Uint8Array {
  if (value.tag !== BITS || value.content[0] !== 0) throw new Unsupported('bits')
  return value.content.subarray(1)
}

function smallNumber(value: Der): number {
  if (value.tag !== INTEGER || value.content.length > 3) throw new Unsupported('number')
  return value.content.reduce((sum, byte) => sum * 256 + byte, 0)
}

function extensions(list: Der[], into: Certificate): void {
  for (const extension of list) {
    const parts = children(extension)
    const critical = parts.length === 3 && child(parts, 1, BOOLEAN).content[0] !== 0
    const content = child(parts, parts.length - 1, OCTETS).content
    const kind = oid(child(parts, 0))
    if (kind === '2.5.29.19') {
      const fields = children(readDer(content, SEQUENCE))
      const isAuthority = fields[0]?.tag === BOOLEAN && fields[0].content[0] !== 0
      if (isAuthority) into.authority = { path: fields[1] ? smallNumber(fields[1]) : Infinity }
    } else if (kind === '2.5.29.15') {
      const usage = readDer(content, BITS).content[1] ?? 0
      into.usage = { sign: (usage & 0xc0) !== 0, certify: (usage & 0x04) !== 0 }
    } else if (critical && kind !== '2.5.29.37') {
      throw new Unsupported('extension')
    }
  }
}

export function readCertificate(der: Uint8Array): Certificate {
  const parts = children(readDer(der, SEQUENCE))
  const tbs = child(parts, 0, SEQUENCE)
  const fields = children(tbs)
  if (fields[0]?.tag === context(0)) fields.shift()
  const subject = child(fields, 4, SEQUENCE)
  const validity = child(fields, 3, SEQUENCE)
  const out: Certificate = {
    der, tbs: tbs.whole, serial: child(fields, 0, INTEGER).whole, issuer: child(fields, 2, SEQUENCE).whole, subject: subject.whole, name: commonName(subject),
    notBefore: time(child(validity, 0)), notAfter: time(child(validity, 1)), spki: child(fields, 5, SEQUENCE).whole,
    algorithm: oid(child(child(parts, 1, SEQUENCE), 0)), signature: bits(child(parts, 2)), authority: null, usage: { sign: true, certify: true }
  }
  const extended = fields.slice(6).find(field => field.tag === context(3))
  if (extended) extensions(children(child(extended, 0, SEQUENCE)), out)
  return out
}

export function readPem(pem: string): Certificate[] {
  return [...pem.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g)].map(([, text]) =>
    readCertificate(Uint8Array.from(atob(text!.replace(/\s/g, '')), letter => letter.charCodeAt(0)))
  )
}

/** r and s side by side, as Web Crypto wants them. */
function rawSignature(der: Uint8Array, size: number): Uint8Array {
  const numbers = children(readDer(der, SEQUENCE)).map(number => {
    const bytes = number.tag === INTEGER ? number.content : new Uint8Array()
    return bytes[0] === 0 && bytes[1]! >= 0x80 ? bytes.subarray(1) : bytes
  })
  if (numbers.length !== 2 || numbers.some(bytes => bytes.length === 0 || bytes.length > size || bytes[0] === 0)) throw new Unsupported('signature')
  return join(...numbers.map(bytes => join(new Uint8Array(size - bytes.length), bytes)))
}

export async function isSignedBy(spki: Uint8Array, algorithm: string, data: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const how = SIGNATURES[algorithm]
  if (!how) throw new Unsupported('algorithm')
  const subtle = webCrypto()
  if (how.kind === 'RSASSA-PKCS1-v1_5') {
    const key = await subtle.importKey('spki', new Uint8Array(spki), { name: how.kind, hash: how.hash }, false, ['verify'])
    return subtle.verify(how.kind, key, new Uint8Array(signature), new Uint8Array(data))
  }
  const curve = CURVES[oid(child(child(readDer(spki, SEQUENCE), 0, SEQUENCE), 1))]
  if (!curve) throw new Unsupported('curve')
  const key = await subtle.importKey('spki', new Uint8Array(spki), { name: 'ECDSA', namedCurve: curve.name }, false, ['verify'])
  return subtle.verify({ name: 'ECDSA', hash: how.hash }, key, new Uint8Array(rawSignature(signature, curve.size)), new Uint8Array(data))
}

const validAt = (certificate: Certificate, from: number, to: number) => certificate.notBefore <= to && certificate.notAfter >= from

/** Whether the certificate may sign and leads to one of the roots, all valid at some moment between `from` and `to`. */
export async function leadsToRoot(signer: Certificate, others: Certificate[], roots: Certificate[], from: number, to = from): Promise<boolean> {
  if (!signer.usage.sign || !validAt(signer, from, to)) return false
  let current = signer
  for (let below = 0; below < 6; below++) {
    if (below === 0 && roots.some(root => equal(root.der, signer.der))) return true
    const above = [...roots, ...others].find(candidate => equal(candidate.subject, current.issuer) && !equal(candidate.der, current.der))
    if (!above?.authority || above.authority.path < below || !above.usage.certify || !validAt(above, from, to)) return false
    if (!(await isSignedBy(above.spki, current.algorithm, current.tbs, current.signature))) return false
    if (roots.includes(above)) return true
    current = above
  }
  return false
}

