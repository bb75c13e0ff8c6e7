// Distinguished Encoding Rules (X.690), read strictly: one spelling for one value, or bytes could change unnoticed.

/** What cannot be judged here, though it may be in order: the server knows more kinds. */
export class Unsupported extends Error {}

export interface Der {
  tag: number
  /** With tag and length, as it stood. */
  whole: Uint8Array
  content: Uint8Array
}

export const BOOLEAN = 0x01, INTEGER = 0x02, BITS = 0x03, OCTETS = 0x04, OID = 0x06, SEQUENCE = 0x30, SET = 0x31
/** [n], constructed. */
export const context = (n: number) => 0xa0 + n

function fail(): never {
  throw new Unsupported('der')
}

function readAt(bytes: Uint8Array, at: number): Der {
  const tag = bytes[at] ?? fail()
  let length = bytes[at + 1] ?? fail()
  let start = at + 2
  if ((tag & 0x1f) === 0x1f) fail()
  if (length >= 0x80) {
    const count = length & 0x7f
    if (count === 0 || count > 4) fail()
    length = 0
    for (let i = 0; i < count; i++) length = length * 256 + (bytes[start + i] ?? fail())
    start += count
    if (length < 0x80 || length < 256 ** (count - 1)) fail()
  }
  if (length > bytes.length - start) fail()
  return { tag, whole: bytes.subarray(at, start + length), content: bytes.subarray(start, start + length) }
}

/** Exactly one value. */
export function readDer(bytes: Uint8Array, tag?: number): Der {
  const value = readAt(bytes, 0)
  if (value.whole.length !== bytes.length || (tag !== undefined && value.tag !== tag)) fail()
  return value
}

/** The value at the start of bytes that zeros may follow, as in a place that was kept for it. */
export function readPadded(bytes: Uint8Array): Der {
  const value = readAt(bytes, 0)
  if (bytes.subarray(value.whole.length).some(byte => byte !== 0)) fail()
  return value
}

export function children(value: Der): Der[] {
  if ((value.tag & 0x20) === 0) fail()
  const out: Der[] = []
  for (let at = 0; at < value.content.length; at += out[out.length - 1]!.whole.length) out.push(readAt(value.content, at))
  return out
}

/** The child at a place, which must be there and of this tag. */
export function child(value: Der | Der[], index: number, tag?: number): Der {
  const found = (Array.isArray(value) ? value : children(value))[index] ?? fail()
  if (tag !== undefined && found.tag !== tag) fail()
  return found
}

export function oid(value: Der): string {
  if (value.tag !== OID || value.content.length === 0 || value.content.at(-1)! >= 0x80) fail()
  const parts: number[] = []
  let part = 0
  for (const byte of value.content) {
    part = part * 128 + (byte & 0x7f)
    if (byte & 0x80) continue
    parts.push(part)
    part = 0
  }
  const first = Math.min(2, Math.floor(parts[0]! / 40))
  return [first, parts[0]! - 40 * first, ...parts.slice(1)].join('.')
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}

/** A value of its parts, in the one spelling there is. */
export function build(tag: number, ...parts: Uint8Array[]): Uint8Array {
  const content = join(...parts)
  const length: number[] = content.length < 0x80 ? [content.length] : []
  for (let rest = content.length; content.length >= 0x80 && rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest % 256)
  if (content.length >= 0x80) length.unshift(0x80 | length.length)
  return join(Uint8Array.of(tag, ...length), content)
}

export function fromHex(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16))
}

export function join(...parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
