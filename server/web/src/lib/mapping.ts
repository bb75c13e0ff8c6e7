/** The mapping of an instrument as its page edits it. Keys that the page does not know stay as they are. */
export const columnKeys = ['specimen', 'position', 'code', 'name', 'value', 'unit', 'flags', 'status', 'observed_at', 'operator', 'instrument'] as const
export type ColumnKey = (typeof columnKeys)[number]
export const fieldKeys = ['specimen', 'code', 'value'] as const
export type FieldKey = (typeof fieldKeys)[number]
export type ColumnName = string | number

export interface WideColumn {
  column: ColumnName
  code: string
  unit?: string
}
export interface Mapping {
  encoding?: string
  decimal?: string
  delimiter?: string
  header_row?: number
  columns?: Partial<Record<ColumnKey, ColumnName>>
  constants?: Partial<Record<ColumnKey, string>>
  wide?: WideColumn[]
  fields?: Partial<Record<FieldKey, string>>
  [other: string]: unknown
}

/** The mapping that a text says, or nothing when it is no JSON object. */
export function parseMapping(text: string): Mapping | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : null
  } catch {
    return null
  }
}

const empty = (value: unknown): boolean => value === undefined || value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)

/** With one key changed; what became empty is left out. */
export function changed<K extends keyof Mapping>(mapping: Mapping, key: K, value: Mapping[K]): Mapping {
  const next: Mapping = { ...mapping, [key]: value }
  if (empty(value)) delete next[key]
  return next
}

/** How a mapping names a column: by its title where that is there once, else by its number from 1. */
export function nameOf(titles: readonly string[] | null, index: number): ColumnName {
  const title = titles?.[index]?.trim()
  return title && titles!.filter(other => other.trim() === title).length === 1 ? title : index + 1
}

export type Meaning = { as: 'nothing' } | { as: ColumnKey } | { as: 'wide'; code: string; unit: string }

const isColumn = (titles: readonly string[] | null, index: number, name: ColumnName | undefined): boolean =>
  name === index + 1 || (typeof name === 'string' && titles?.findIndex(title => title.trim() === name) === index)

/** What a column is said to be. */
export function meaningOf(mapping: Mapping, titles: readonly string[] | null, index: number): Meaning {
  const wide = mapping.wide?.find(entry => isColumn(titles, index, entry.column))
  if (wide) return { as: 'wide', code: wide.code, unit: wide.unit ?? '' }
  const key = columnKeys.find(each => isColumn(titles, index, mapping.columns?.[each]))
  return key ? { as: key } : { as: 'nothing' }
}

/** With a column said to be something: it is nothing else then, and no other column is that. */
export function withMeaning(mapping: Mapping, titles: readonly string[] | null, index: number, meaning: Meaning): Mapping {
  const columns = Object.fromEntries(Object.entries(mapping.columns ?? {}).filter(([key, name]) => key !== meaning.as && !isColumn(titles, index, name)))
  const place = mapping.wide?.findIndex(entry => isColumn(titles, index, entry.column)) ?? -1
  const wide = [...(mapping.wide ?? [])]
  const name = nameOf(titles, index)
  if (meaning.as === 'wide') wide.splice(place < 0 ? wide.length : place, place < 0 ? 0 : 1, { column: name, code: meaning.code, ...(meaning.unit ? { unit: meaning.unit } : {}) })
  else if (place >= 0) wide.splice(place, 1)
  if (meaning.as !== 'wide' && meaning.as !== 'nothing') columns[meaning.as] = name
  return changed(changed(mapping, 'columns', columns), 'wide', wide)
}

export interface Stray {
  label: string
  column: ColumnName
  as: ColumnKey | 'wide'
}

/** What the mapping takes from columns that a table does not have. */
export function strays(mapping: Mapping, titles: readonly string[] | null, width: number): Stray[] {
  const there = (name: ColumnName) => (typeof name === 'number' ? name <= width : !!titles?.some(title => title.trim() === name))
  const columns = Object.entries(mapping.columns ?? {}).map(([key, column]) => ({ label: key, column, as: key as ColumnKey }))
  const wide = (mapping.wide ?? []).map(({ column, code }) => ({ label: code, column, as: 'wide' as const }))
  return [...columns, ...wide].filter(one => !there(one.column))
}

/** Without one of those. */
export function withoutStray(mapping: Mapping, stray: Stray): Mapping {
  if (stray.as === 'wide') return changed(mapping, 'wide', mapping.wide?.filter(entry => entry.column !== stray.column))
  return changed(mapping, 'columns', Object.fromEntries(Object.entries(mapping.columns ?? {}).filter(([key]) => key !== stray.as)))
}

/** The header's titles of a table, from its rows of cells. */
export function titlesOf(mapping: Mapping, rows: readonly string[][]): string[] | null {
  const header = mapping.header_row ?? 1
  return header > 0 ? (rows[header - 1] ?? null) : null
}

export interface LineChange {
  sign: '+' | '-' | ' '
  text: string
}

/** Lines that go and come between two texts (longest common subsequence; mappings are short). */
export function compareLines(before: string, after: string): LineChange[] {
  const a = before ? before.split('\n') : []
  const b = after ? after.split('\n') : []
  const common = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0))
  for (let i = a.length - 1; i >= 0; i--) for (let j = b.length - 1; j >= 0; j--) common[i]![j] = a[i] === b[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!)
  const out: LineChange[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      out.push({ sign: ' ', text: a[i++]! })
      j++
    } else if (j >= b.length || (i < a.length && common[i + 1]![j]! >= common[i]![j + 1]!)) out.push({ sign: '-', text: a[i++]! })
    else out.push({ sign: '+', text: b[j++]! })
  }
  return out
}

export const pretty = (mapping: string): string => {
  const parsed = parseMapping(mapping)
  return parsed ? JSON.stringify(parsed, null, 2) : mapping
}
