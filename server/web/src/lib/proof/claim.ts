// The claim in a QR code (reports/Claim.h): checked with the laboratory's certificates alone, without a request.
import { digest, leadsToRoot, readPem, webCrypto, type Certificate } from './certificates'
import { child, hex, oid, readDer, SEQUENCE } from './der'

export interface PublicKeys {
  roots: string
  signers: { key_id: string; chain: string }[]
}

export interface Claim {
  number: string
  revision: number
  issuedOn: string
  verdict: 'conforms' | 'fails'
  resultsSha256: string
}

/** good: signed by this laboratory. forged: signed by nobody that it knows. unknown: its certificate is not at hand. */
export interface ClaimCheck {
  answer: 'good' | 'forged' | 'unknown' | 'malformed'
  claim: Claim | null
  signer: string
}

const FORM = /^T1~([A-Za-z0-9._-]+)~([1-9]\d{0,8})~(\d{4})(\d\d)(\d\d)~([cf])~([\w-]{43})~([\w-]{6})~([\w-]{86})$/
const P256 = '1.2.840.10045.3.1.7'
const DAY = 86_400_000
const ZONES = 14 * 3_600_000

function fromBase64Url(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), letter => letter.charCodeAt(0))
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}

/** The claim in the address that a QR code carries, or in its fragment. */
export function claimIn(text: string): string | null {
  const at = text.indexOf('#c=')
  return at < 0 ? null : text.slice(at + 3)
}

async function isClaimSignedBy(signer: Certificate, record: string, signature: Uint8Array): Promise<boolean> {
  if (oid(child(child(readDer(signer.spki, SEQUENCE), 0, SEQUENCE), 1)) !== P256) return false
  const key = await webCrypto().importKey('spki', new Uint8Array(signer.spki), { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify'])
  return webCrypto().verify({ name: 'ECDSA', hash: 'SHA-256' }, key, new Uint8Array(signature), new TextEncoder().encode(record))
}

export async function checkClaim(text: string, keys: PublicKeys): Promise<ClaimCheck> {
  const parts = FORM.exec(text)
  if (!parts) return { answer: 'malformed', claim: null, signer: '' }
  const [, number, revision, year, month, day, verdict, results, keyId, signature] = parts as unknown as string[]
  const issuedOn = `${year}-${month}-${day}`
  const midnight = Date.parse(`${issuedOn}T00:00:00Z`)
  const bytes = fromBase64Url(signature!)
  const resultsBytes = fromBase64Url(results!)
  // One spelling only: the last letter has bits that say nothing.
  if (Number.isNaN(midnight) || toBase64Url(bytes) !== signature || toBase64Url(resultsBytes) !== results) return { answer: 'malformed', claim: null, signer: '' }
  const claim: Claim = {
    number: number!, revision: Number(revision), issuedOn, verdict: verdict === 'c' ? 'conforms' : 'fails', resultsSha256: hex(resultsBytes)
  }
  const chains = keys.signers.map(({ chain }) => readPem(chain)).filter(chain => chain.length > 0)
  for (const chain of chains) {
    const signer = chain[0]!
    if (toBase64Url((await digest(signer.spki)).subarray(0, 4)) !== keyId) continue
    const genuine = await isClaimSignedBy(signer, text.slice(0, text.lastIndexOf('~')), bytes)
    const trusted = genuine && (await leadsToRoot(signer, chain.slice(1), readPem(keys.roots), midnight - ZONES, midnight + DAY + ZONES))
    return { answer: trusted ? 'good' : 'forged', claim, signer: signer.name }
  }
  return { answer: 'unknown', claim, signer: '' }
}
