// A signed PDF judged where it is: the file is read here and sent nowhere. PAdES as the laboratory makes it (ETSI EN 319 142-1);
// whatever else there may be in a file is left to the server, which is said.
import { digest, isSignedBy, leadsToRoot, readCertificate, readPem, type Certificate } from './certificates'
import { build, child, children, context, equal, fromHex, hex, INTEGER, join, OCTETS, oid, readPadded, SEQUENCE, SET, Unsupported, type Der } from './der'

export interface FileCheck {
  /** appended: what was signed is intact; a time stamp or an update that it does not cover is there as well. unsupported: not judged here. */
  integrity: 'intact' | 'changed' | 'not_signed' | 'appended' | 'unsupported'
  trusted: boolean
  signer: string
  /** As the signer says it, RFC 3339; empty without one. */
  signedAt: string
  /** There is a time stamp, which only the server checks. */
  stamped: boolean
  sha256: string
}

interface Range {
  gapBegin: number
  gapEnd: number
  end: number
  signature: Uint8Array
  date: string
}

const DATA = '1.2.840.113549.1.7.1'
const ONE = build(INTEGER, Uint8Array.of(1))
const SHA256 = build(SEQUENCE, fromHex('0609608648016503040201'))
const SIGNED_DATA = fromHex('06092a864886f70d010702')
const NO_CONTENT = build(SEQUENCE, fromHex('06092a864886f70d010701'))
const CONTENT_TYPE = '1.2.840.113549.1.9.3', MESSAGE_DIGEST = '1.2.840.113549.1.9.4', SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.47'

// As signatures are named, each in its one spelling: ECDSA with SHA-256, RSA with SHA-256. RFC 3370 3.2 lets a message name an RSA
// signature by the kind of key alone; the digest stands beside it.
const ALGORITHMS: Record<string, string> = {
  '300a06082a8648ce3d040302': '1.2.840.10045.4.3.2',
  '300d06092a864886f70d01010b0500': '1.2.840.113549.1.1.11',
  '300d06092a864886f70d0101010500': '1.2.840.113549.1.1.11'
}

/** The bytes changed after they were signed. */
class Changed extends Error {}

/** One spelling only: letters all of one case. */
function strictHex(text: string): Uint8Array {
  if (text.length % 2 || !(/^[0-9A-F]*$/.test(text) || /^[0-9a-f]*$/.test(text))) throw new Changed()
  return fromHex(text)
}

/** Nothing for a file without a signature. */
function findRange(bytes: Uint8Array): Range | null {
  const text = new TextDecoder('latin1').decode(bytes)
  const found = [...text.matchAll(/\/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]/g)]
  if (!text.startsWith('%PDF-') || !text.includes('/ByteRange')) return null
  if (found.length > 1 || text.split('/ByteRange').length > 2) throw new Unsupported('signatures')
  if (found.length === 0) throw new Changed()
  const [first, gapBegin, gapEnd, rest] = found[0]!.slice(1).map(Number) as [number, number, number, number]
  if (first !== 0 || gapBegin >= gapEnd || gapEnd + rest > bytes.length) throw new Changed()
  const begin = text.lastIndexOf(' obj', found[0]!.index)
  const end = text.indexOf('endobj', found[0]!.index)
  const contents = text.slice(begin, end).split('/Contents')
  if (begin < 0 || end < 0 || contents.length !== 2) throw new Changed()
  const place = begin + contents[0]!.length + '/Contents'.length
  // The gap must be the value of /Contents and nothing more.
  if (text.slice(place, gapBegin).trim() !== '' || text[gapBegin] !== '<' || text[gapEnd - 1] !== '>') throw new Changed()
  const date = /\/M\s*\((D:[^)]*)\)/.exec(text.slice(begin, gapBegin) + text.slice(gapEnd, Math.max(end, gapEnd)))?.[1] ?? ''
  return { gapBegin, gapEnd, end: gapEnd + rest, signature: strictHex(text.slice(gapBegin + 1, gapEnd - 1)), date }
}

/** D:YYYYMMDDHHmmSS, then Z or an offset such as +08'00'. */
function instant(date: string): number {
  const parts = /^D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z|([+-])(\d\d)'(\d\d)'?)/.exec(date)
  if (!parts) return NaN
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [number, number, number, number, number, number]
  const offset = parts[7] ? (parts[7] === '+' ? 1 : -1) * (Number(parts[8]) * 60 + Number(parts[9])) : 0
  return Date.UTC(year, month - 1, day, hour, minute, second) - offset * 60_000
}

interface Message {
  certificates: Certificate[]
  signer: Certificate
  attributes: Der
  algorithm: string
  signature: Uint8Array
  stamped: boolean
}

function readMessage(der: Uint8Array): Message {
  const message = readPadded(der)
  const fields = children(child(child(message, 1, context(0)), 0, SEQUENCE))
  const sent = child(fields, 3, context(0))
  const certificates = children(sent).map(each => readCertificate(each.whole))
  const [, id, , attributes, algorithm, signature, unsigned] = children(child(child(fields, 4, SET), 0, SEQUENCE))
  if (!id || !attributes || !algorithm || !signature) throw new Unsupported('signer')
  const signer = certificates.find(each => equal(id.content, join(each.issuer, each.serial)))
  if (!signer) throw new Unsupported('certificate')
  // What no signature covers must be as it always is, or bytes of it could change unnoticed.
  const named = ALGORITHMS[hex(algorithm.whole)]
  if (!named) throw new Unsupported('algorithm')
  const info = build(SEQUENCE, ONE, build(SEQUENCE, id.content), SHA256, attributes.whole, algorithm.whole, build(OCTETS, signature.content), unsigned?.whole ?? new Uint8Array())
  const content = build(SEQUENCE, ONE, build(SET, SHA256), NO_CONTENT, sent.whole, build(SET, info))
  if (attributes.tag !== context(0) || !equal(message.whole, build(SEQUENCE, SIGNED_DATA, build(context(0), content)))) throw new Unsupported('form')
  return { certificates, signer, attributes, algorithm: named, signature: signature.content, stamped: unsigned !== undefined }
}

/** The one value of the one attribute of that type. */
function attribute(message: Message, type: string): Der {
  const found = children(message.attributes).filter(each => oid(child(each, 0)) === type)
  if (found.length !== 1) throw new Unsupported('attribute')
  const values = children(child(found[0]!, 1, SET))
  if (values.length !== 1) throw new Unsupported('attribute')
  return values[0]!
}

async function judge(bytes: Uint8Array, range: Range, rootsPem: string, out: FileCheck): Promise<void> {
  const message = readMessage(range.signature)
  out.signer = message.signer.name
  out.stamped = message.stamped
  const at = instant(range.date)
  out.signedAt = Number.isNaN(at) ? '' : new Date(at).toISOString()

  const signedDigest = attribute(message, MESSAGE_DIGEST)
  const actual = await digest(bytes.subarray(0, range.gapBegin), bytes.subarray(range.gapEnd, range.end))
  if (signedDigest.tag !== OCTETS || !equal(signedDigest.content, actual)) throw new Changed()
  // What is signed is the set of attributes under its own tag (RFC 5652 5.4).
  const signedBytes = message.attributes.whole.slice()
  signedBytes[0] = SET
  if (oid(attribute(message, CONTENT_TYPE)) !== DATA || !(await isSignedBy(message.signer.spki, message.algorithm, signedBytes, message.signature))) throw new Changed()
  const named = child(child(child(attribute(message, SIGNING_CERTIFICATE), 0, SEQUENCE), 0, SEQUENCE), 0)
  if (named.tag !== OCTETS) throw new Unsupported('hash')
  if (!equal(named.content, await digest(message.signer.der))) throw new Changed()
  // A time stamp stands outside of what the signature covers.
  out.integrity = range.end === bytes.length && !message.stamped ? 'intact' : 'appended'
  out.trusted = !Number.isNaN(at) && (await leadsToRoot(message.signer, message.certificates, readPem(rootsPem), at))
}

export async function checkFile(bytes: Uint8Array, rootsPem: string): Promise<FileCheck> {
  const out: FileCheck = { integrity: 'unsupported', trusted: false, signer: '', signedAt: '', stamped: false, sha256: hex(await digest(bytes)) }
  try {
    const range = findRange(bytes)
    if (range) await judge(bytes, range, rootsPem, out)
    else out.integrity = 'not_signed'
  } catch (error) {
    if (error instanceof Changed) out.integrity = 'changed'
    // Web Crypto refuses keys that are none with an exception of its own.
    else if (!(error instanceof Unsupported || error instanceof DOMException)) throw error
  }
  return out
}
