import { execFileSync } from 'node:child_process'
import { createHash, createPrivateKey, sign, webcrypto, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { readCertificate } from './certificates'
import { checkClaim, claimIn } from './claim'
import { build, children, OID, oid, readDer, SEQUENCE, Unsupported } from './der'
import { checkFile } from './signedFile'

vi.setConfig({ testTimeout: 60_000 }) // openssl makes keys here
if (!globalThis.crypto) Object.defineProperty(globalThis, 'crypto', { value: webcrypto })
const folder = mkdtempSync(join(tmpdir(), 'proof-'))
afterAll(() => rmSync(folder, { recursive: true }))
const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
const text = (name: string) => readFileSync(join(folder, name), 'utf8')
const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']

/** A root and a signer under it. */
function laboratory(name: string, key = ec) {
  openssl('req', '-x509', '-nodes', ...ec, '-keyout', `${name}-root.key`, '-out', `${name}-root.pem`, '-days', '30', '-subj', `/CN=${name} root`,
    '-addext', 'keyUsage=critical,keyCertSign')
  openssl('req', '-nodes', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name} seal`)
  writeFileSync(join(folder, 'extensions'), 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,nonRepudiation\n')
  openssl('x509', '-req', '-in', `${name}.csr`, '-CA', `${name}-root.pem`, '-CAkey', `${name}-root.key`, '-CAcreateserial', '-days', '20', '-extfile', 'extensions', '-out', `${name}.pem`)
  return { root: text(`${name}-root.pem`), signer: text(`${name}.pem`), key: text(`${name}.key`), name }
}
const own = laboratory('own')
const stranger = laboratory('stranger')
const today = new Date().toISOString().slice(0, 10).replace(/-/g, '')
const idOf = (pem: string) => createHash('sha256').update(new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' })).digest().subarray(0, 4).toString('base64url')

function claim(by = own, day = today, key = by) {
  const record = `T1~BG2026000001~2~${day}~f~${Buffer.alloc(32, 7).toString('base64url')}~${idOf(by.signer)}`
  const signature = sign('sha256', Buffer.from(record), { key: createPrivateKey(key.key), dsaEncoding: 'ieee-p1363' })
  return `${record}~${signature.toString('base64url')}`
}
const keys = { roots: own.root, signers: [{ key_id: idOf(own.signer), chain: own.signer + own.root }] }

describe('a certificate', () => {
  const whole = new X509Certificate(own.signer).raw
  const parts = children(readDer(whole))
  const fields = children(parts[0]!)
  const cut = (list: typeof parts, length: number) => build(SEQUENCE, ...list.slice(0, length).map(each => each.whole))

  it('that lacks parts is refused as one that cannot be judged', () => {
    expect(readCertificate(cut(parts, 3)).name).toBe('own seal')
    for (let length = 0; length < 3; length++) expect(() => readCertificate(cut(parts, length)), `${length} parts`).toThrow(Unsupported)
    for (let length = 0; length < 7; length++) {
      const short = build(SEQUENCE, cut(fields, length), parts[1]!.whole, parts[2]!.whole)
      expect(() => readCertificate(short), `${length} fields`).toThrow(Unsupported)
    }
  })

  it('with any bit changed is read, or refused as one that cannot be judged', () => {
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const other = Buffer.from(whole)
      other[bit >> 3]! ^= 1 << (bit & 7)
      try {
        readCertificate(other)
      } catch (error) {
        expect(error, `bit ${bit}`).toBeInstanceOf(Unsupported)
      }
    }
  })

  it('names nothing by an identifier that does not end', () => {
    expect(() => oid(readDer(build(OID, Uint8Array.of(0x80))))).toThrow(Unsupported)
  })
})

describe('a claim', () => {
  it('says what was signed', async () => {
    const said = await checkClaim(claimIn(`https://x/verify/t#c=${claim()}`)!, keys)
    expect(said.answer).toBe('good')
    expect(said.signer).toBe('own seal')
    expect(said.claim).toMatchObject({ number: 'BG2026000001', revision: 2, verdict: 'fails', resultsSha256: '07'.repeat(32) })
    expect(said.claim!.issuedOn.replace(/-/g, '')).toBe(today)
  })

  it('is refused with any letter changed', async () => {
    const good = claim()
    for (let i = 0; i < good.length; i++) {
      const other = good.slice(0, i) + (good[i] === 'A' ? 'B' : 'A') + good.slice(i + 1)
      expect((await checkClaim(other, keys)).answer, other).not.toBe('good')
    }
  })

  it('of another key is not ours, whatever name it takes', async () => {
    expect((await checkClaim(claim(stranger), keys)).answer).toBe('unknown')
    expect((await checkClaim(claim(own, today, stranger), keys)).answer).toBe('forged')
    const offered = { roots: own.root, signers: [{ key_id: idOf(stranger.signer), chain: stranger.signer }] }
    expect((await checkClaim(claim(stranger), offered)).answer).toBe('forged')
  })

  it('must be of a day on which its certificate was valid', async () => {
    expect((await checkClaim(claim(own, '20200101'), keys)).answer).toBe('forged')
  })

  it('is told from what is none', async () => {
    for (const none of ['', 'T1', 'T1~~~~~~~', claim() + '~', claim() + 'A', '~'.repeat(100000)]) expect((await checkClaim(none, keys)).answer).toBe('malformed')
    expect(claimIn('https://x/verify/t')).toBe(null)
  })
})

const pdfDate = () => `D:${new Date().toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`

/** Not a PDF to look at: the parts of one that a signature is about. */
function signedFile(by: typeof own, { extra = '' } = {}) {
  const gap = 8192
  const before = `%PDF-1.7\n1 0 obj\n(text of the certificate)\nendobj\n2 0 obj\n<< /Type /Sig /M (${pdfDate()}) /ByteRange [0 AAAAAAAA BBBBBBBB CCCCCCCC] /Contents `
  const after = ' >>\nendobj\nstartxref\n0\n%%EOF\n'
  const number = (value: number) => String(value).padEnd(8)
  const head = before.replace('AAAAAAAA', number(before.length)).replace('BBBBBBBB', number(before.length + gap)).replace('CCCCCCCC', number(after.length))
  writeFileSync(join(folder, 'content'), head + after)
  openssl('cms', '-sign', '-cades', '-binary', '-nosmimecap', '-md', 'sha256', '-in', 'content', '-signer', `${by.name}.pem`, '-inkey', `${by.name}.key`, '-outform', 'DER', '-out', 'cms')
  const cms = readFileSync(join(folder, 'cms')).toString('hex')
  return Buffer.from(`${head}<${cms.padEnd(gap - 2, '0')}>${after}${extra}`, 'latin1')
}

describe('a file', () => {
  it('that nobody touched is intact and of this laboratory', async () => {
    const file = signedFile(own)
    expect(await checkFile(file, own.root)).toMatchObject({
      integrity: 'intact', trusted: true, signer: 'own seal', stamped: false, sha256: createHash('sha256').update(file).digest('hex')
    })
  })

  it('signed with RSA is judged as well', async () => {
    expect(await checkFile(signedFile(laboratory('rsa', ['-newkey', 'rsa:2048'])), text('rsa-root.pem'))).toMatchObject({ integrity: 'intact', trusted: true })
  })

  it('of another laboratory is intact and not ours', async () => {
    expect(await checkFile(signedFile(stranger), own.root)).toMatchObject({ integrity: 'intact', trusted: false })
  })

  it('with one byte changed is never intact', async () => {
    const file = signedFile(own)
    const padding = file.indexOf('0'.repeat(200))
    for (let at = 0; at < file.length; at += at < padding ? 1 : 97) {
      const other = Buffer.from(file)
      other[at]! ^= 1
      expect((await checkFile(other, own.root)).integrity, `byte ${at}`).not.toBe('intact')
    }
    const text = Buffer.from(file)
    text[file.indexOf('certificate')]! ^= 1
    expect((await checkFile(text, own.root)).integrity).toBe('changed')
  })

  it('that something was appended to needs the server', async () => {
    expect(await checkFile(signedFile(own, { extra: '3 0 obj\n<< >>\nendobj\n' }), own.root)).toMatchObject({ integrity: 'appended', trusted: true })
  })

  it('without a signature, or none at all, is told apart', async () => {
    expect((await checkFile(Buffer.from('%PDF-1.7\nnothing'), own.root)).integrity).toBe('not_signed')
    expect((await checkFile(Buffer.alloc(0), own.root)).integrity).toBe('not_signed')
    expect((await checkFile(Buffer.from('%PDF-1.7\n1 0 obj /ByteRange [0 1 2'), own.root)).integrity).toBe('changed')
  })

  it('whose byte range leaves out more than the signature is changed', async () => {
    const file = signedFile(own).toString('latin1')
    const range = /\/ByteRange \[0 (\d+) *(\d+)/.exec(file)!
    const shifted = file.replace(range[0], range[0].replace(range[1]!, String(Number(range[1]) - 5)))
    expect((await checkFile(Buffer.from(shifted, 'latin1'), own.root)).integrity).toBe('changed')
  })
})
