// Judges from outside: programs that know nothing of this project look at a signed certificate.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demand } from './demand.mjs'
import { run } from './instance.mjs'

/** The signed ranges and the CMS container between them. */
export function signatureOf(pdf) {
  const text = pdf.toString('latin1')
  const found = /\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/.exec(text)
  demand(found, 'the file holds a /ByteRange')
  const [first, firstLength, second, secondLength] = found.slice(1).map(Number)
  demand(first === 0 && second + secondLength === pdf.length, 'the signature spans the whole file')
  const hex = text.slice(firstLength + 1, second - 1)
  demand(/^[0-9A-Fa-f]+$/.test(hex), 'the gap of /ByteRange holds the signature in hex')
  return {
    content: Buffer.concat([pdf.subarray(0, firstLength), pdf.subarray(second)]),
    cms: withoutPadding(Buffer.from(hex, 'hex'))
  }
}

/** A DER value without the zeros behind it. */
function withoutPadding(der) {
  const bytes = der[1] & 0x7f
  const length = der[1] < 0x80 ? der[1] : der.readUIntBE(2, bytes)
  return der.subarray(0, length + 2 + (der[1] < 0x80 ? 0 : bytes))
}

/** pdfsig, qpdf and openssl each accept the file. */
export async function acceptedOutside(file, pdf, caFile) {
  const pdfsig = (await run(['pdfsig', file])).out
  demand(pdfsig.includes('Signature is Valid') && pdfsig.includes('Total document signed'), `pdfsig accepts ${file}: ${pdfsig}`)
  const qpdf = (await run(['qpdf', '--check', file])).out
  demand(qpdf.includes('No syntax or stream encoding errors found'), `qpdf accepts ${file}: ${qpdf}`)
  await withSignature(pdf, command => run([...command, '-CAfile', caFile]))
}

/** pdfsig and openssl each refuse the file. */
export async function refusedOutside(file, pdf, caFile) {
  const pdfsig = (await run(['pdfsig', file], { expect: [0, 1] })).out
  demand(pdfsig.includes('Signature Validation:') && !pdfsig.includes('Signature is Valid'), `pdfsig refuses ${file}: ${pdfsig}`)
  await withSignature(pdf, command => run([...command, '-CAfile', caFile], { expect: [4] }))
}

async function withSignature(pdf, judge) {
  const { content, cms } = signatureOf(pdf)
  const folder = mkdtempSync(join(tmpdir(), 'touchstone-judge-'))
  try {
    writeFileSync(join(folder, 'content'), content)
    writeFileSync(join(folder, 'cms'), cms)
    await judge(['openssl', 'cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', join(folder, 'cms'),
      '-content', join(folder, 'content'), '-purpose', 'any', '-out', join(folder, 'out')])
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The same file with one bit of its content turned: the last digit of the page's first text, still a readable PDF. */
export function oneByteChanged(pdf) {
  const changed = Buffer.from(pdf)
  const at = changed.indexOf('stream', changed.indexOf('/Contents')) + 40
  changed[at] ^= 0x01
  return changed
}
