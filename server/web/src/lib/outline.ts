import type { Outline, OutlineLine } from '@/api/client'
import type { Span } from './bytes'

export const within = (span: Span, offset: number): boolean => offset >= span.offset && offset < span.offset + Math.max(span.length, 1)
export const overlap = (a: Span, b: Span): boolean => a.offset < b.offset + b.length && b.offset < a.offset + a.length

/** The smallest of the spans that holds a byte: a cell before its row. */
export function spanAt<T extends Span>(spans: readonly T[], offset: number): T | undefined {
  return spans.filter(span => within(span, offset)).sort((a, b) => a.length - b.length)[0]
}

/** Rows and cells, of a text, of a workbook's sheet or of a page of HTML. */
export const isTable = (outline: Pick<Outline, 'format'>): boolean => ['csv', 'xlsx', 'xls', 'html'].includes(outline.format)

/** What a part is called in a mapping: R.4 of ASTM, OBX-5 of HL7; nothing in a table. */
export function placeOf(outline: Pick<Outline, 'format'>, line: Pick<OutlineLine, 'kind'>, part: number, component = 0): string {
  if (outline.format === 'astm') return `${line.kind}.${part + 1}${component ? `.${component}` : ''}`
  if (outline.format === 'hl7') return `${line.kind}-${part}${component ? `.${component}` : ''}`
  return ''
}

/** The key of a field's name in the catalogue. ASTM counts the type as field 1, HL7 does not count it. */
export const fieldKey = (outline: Pick<Outline, 'format'>, line: Pick<OutlineLine, 'kind'>, part: number): string =>
  `${line.kind}${outline.format === 'astm' ? part + 1 : part}`

/** Components of a field; the field of delimiters is one. */
export function componentsOf(outline: Pick<Outline, 'components'>, line: Pick<OutlineLine, 'kind'>, part: number, text: string): string[] {
  const delimiters = ['MSH', 'FHS', 'BHS'].includes(line.kind) ? part <= 2 : line.kind === 'H' && part === 1
  return delimiters || !outline.components ? [text] : text.split(outline.components[0]!)
}

interface Observed {
  offset: number
  length: number
  specimen: string
  code: string
  value: string
  unit: string
  state: string
  reason: string | null
}
export interface Change {
  kind: 'added' | 'removed' | 'changed'
  before: Observed | null
  after: Observed | null
}
const told = (o: Observed) => JSON.stringify([o.specimen, o.code, o.value, o.unit, o.state, o.reason])

/** What differs between two readings of the same bytes. Observations of the same span are the same one. */
export function compareReadings(before: readonly Observed[], after: readonly Observed[]): Change[] {
  const key = (o: Observed, seen: Map<string, number>) => {
    const place = `${o.offset}+${o.length}`
    const n = seen.get(place) ?? 0
    seen.set(place, n + 1)
    return `${place}#${n}`
  }
  const seenBefore = new Map<string, number>()
  const old = new Map(before.map(o => [key(o, seenBefore), o]))
  const seenAfter = new Map<string, number>()
  const changes: Change[] = []
  for (const o of after) {
    const place = key(o, seenAfter)
    const was = old.get(place) ?? null
    old.delete(place)
    if (!was) changes.push({ kind: 'added', before: null, after: o })
    else if (told(was) !== told(o)) changes.push({ kind: 'changed', before: was, after: o })
  }
  for (const was of old.values()) changes.push({ kind: 'removed', before: was, after: null })
  return changes
}
