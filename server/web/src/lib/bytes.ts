export interface Span {
  offset: number
  length: number
}

/** One record of a message: its bytes before, inside and after the marked span, made readable. */
export interface RecordLine {
  offset: number
  before: string
  marked: string
  after: string
}

export interface HexLine {
  offset: number
  cells: { hex: string; text: string; marked: boolean }[]
}

export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), c => c.charCodeAt(0))
}

export function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}

/** UTF-8 where the bytes are UTF-8, else GB18030, which takes any Chinese instrument's text. */
export function charset(bytes: Uint8Array): 'utf-8' | 'gb18030' {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return 'utf-8'
  } catch {
    return 'gb18030'
  }
}

const controls = 'NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(' ')

/** Control characters become their names, which every font can show: CR is ‹CR›. */
export function visible(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]/g, c => `‹${c === '\u007f' ? 'DEL' : controls[c.charCodeAt(0)]}›`)
}

/** The message split after each CR, LF or CR LF. */
export function records(bytes: Uint8Array, span: Span | null): RecordLine[] {
  const decoder = new TextDecoder(charset(bytes))
  const start = span ? span.offset : -1
  const end = span ? span.offset + span.length : -1
  const lines: RecordLine[] = []
  for (let from = 0; from < bytes.length; ) {
    let to = from
    while (to < bytes.length && bytes[to] !== 13 && bytes[to] !== 10) to++
    if (bytes[to] === 13 && bytes[to + 1] === 10) to++
    to = Math.min(to + 1, bytes.length)
    const cut = (position: number) => Math.min(Math.max(position, from), to)
    const text = (a: number, b: number) => visible(decoder.decode(bytes.subarray(a, b)))
    lines.push({ offset: from, before: text(from, cut(start)), marked: text(cut(start), cut(end)), after: text(cut(end), to) })
    from = to
  }
  return lines
}

/** Lines of sixteen bytes; of long messages only the window round the span. */
export function hexLines(bytes: Uint8Array, span: Span | null, window = 4096): HexLine[] {
  const first = bytes.length <= window || !span ? 0 : Math.max(0, (span.offset - window / 2) & ~15)
  const lines: HexLine[] = []
  for (let offset = first; offset < Math.min(bytes.length, first + window); offset += 16) {
    const cells = Array.from(bytes.subarray(offset, offset + 16), (byte, i) => ({
      hex: byte.toString(16).padStart(2, '0'),
      text: byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·',
      marked: span !== null && offset + i >= span.offset && offset + i < span.offset + span.length
    }))
    lines.push({ offset, cells })
  }
  return lines
}
