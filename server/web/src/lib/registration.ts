import type { NewSample } from '@/api/client'
import { parseCells } from './table'

export type Field = Exclude<keyof NewSample, 'edition'>

interface Column {
  field: Field
  required: boolean
  kind: 'text' | 'product' | 'date' | 'choice'
  /** For choices: the codes, and the group of their words in the catalogue. */
  choices?: readonly string[]
  words?: string
}

export const columns: readonly Column[] = [
  { field: 'product', required: true, kind: 'product' },
  { field: 'specification', required: true, kind: 'text' },
  { field: 'batch_no', required: true, kind: 'text' },
  { field: 'maker', required: true, kind: 'text' },
  { field: 'approval_no', required: false, kind: 'text' },
  { field: 'client', required: true, kind: 'text' },
  {
    field: 'business_kind',
    required: true,
    kind: 'choice',
    choices: ['supervision', 'registration', 'import', 'batch_release', 'commission', 'retest', 'emergency'],
    words: 'business'
  },
  { field: 'voucher_no', required: true, kind: 'text' },
  { field: 'sampled_on', required: true, kind: 'date' },
  { field: 'seal_state', required: true, kind: 'choice', choices: ['intact', 'broken', 'none'], words: 'seal' },
  { field: 'quantity', required: true, kind: 'text' },
  { field: 'quantity_unit', required: true, kind: 'text' },
  { field: 'produced_on', required: false, kind: 'date' },
  { field: 'expires_on', required: false, kind: 'date' },
  { field: 'region_code', required: true, kind: 'text' }
]

/** A row as it is being typed: every field a text, empty where nothing was said. */
export type Draft = Record<Field, string>

export function emptyRow(): Draft {
  const row = Object.fromEntries(columns.map(column => [column.field, ''])) as Draft
  return { ...row, business_kind: 'supervision', seal_state: 'intact' }
}

/** What is sent: fields left empty are left out unless they are required, so that the server names them. */
export function toRow(draft: Draft): NewSample {
  const said = columns.filter(column => column.required || draft[column.field].trim() !== '')
  return Object.fromEntries(said.map(column => [column.field, draft[column.field].trim()])) as unknown as NewSample
}

/** A date as spreadsheets write it, `2026/1/5` or `2026.01.05`, as `2026-01-05`; other text stays. */
export function plainDate(text: string): string {
  const parts = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text)
  return parts ? `${parts[1]}-${parts[2]!.padStart(2, '0')}-${parts[3]!.padStart(2, '0')}` : text
}

/**
 * Rows from a block of a spreadsheet. A first line of column names (as `names` says them, or the field names) orders the
 * columns; without it they stand in the order of `columns`. `words` turns the words of choices into codes.
 */
export function rowsFromPaste(text: string, names: Record<string, Field>, words: Record<string, string>): Draft[] {
  const cells = parseCells(text)
  const head = cells[0]?.map(cell => names[cell.replace(/\s*\*$/, '')])
  const named = head !== undefined && head.filter(Boolean).length >= 2
  const order = named ? head : columns.map(column => column.field)
  return cells.slice(named ? 1 : 0).map(line => {
    const row = emptyRow()
    line.forEach((cell, i) => {
      const column = columns.find(({ field }) => field === order[i])
      if (!column || cell === '') return
      row[column.field] = column.kind === 'date' ? plainDate(cell) : column.kind === 'choice' ? (words[cell] ?? cell) : cell
    })
    return row
  })
}
