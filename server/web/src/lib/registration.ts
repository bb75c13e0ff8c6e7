import type { NewSample, TestItem } from '@/api/client'
import { parseCells } from './table'

export type Item = Pick<TestItem, 'name' | 'analyte'>

export type Field = Exclude<keyof NewSample, 'edition'>

export interface Column {
  field: Field
  required: boolean
  kind: 'text' | 'product' | 'date' | 'choice' | 'items'
  /** Only for samples of this business kind; whether one is required there is for the server to say. */
  business?: 'import' | 'retest'
  /** What that field says, in English: asked for where a certificate in English would print East Asian characters. */
  english?: Field
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
  { field: 'region_code', required: true, kind: 'text' },
  { field: 'language', required: true, kind: 'choice', choices: ['zh', 'en'], words: 'paperLanguage' },
  { field: 'product_name_en', required: false, kind: 'text', english: 'product' },
  { field: 'specification_en', required: false, kind: 'text', english: 'specification' },
  { field: 'maker_en', required: false, kind: 'text', english: 'maker' },
  { field: 'approval_no_en', required: false, kind: 'text', english: 'approval_no' },
  { field: 'client_en', required: false, kind: 'text', english: 'client' },
  { field: 'quantity_unit_en', required: false, kind: 'text', english: 'quantity_unit' },
  { field: 'import_country', required: true, kind: 'text', business: 'import' },
  { field: 'import_port', required: true, kind: 'text', business: 'import' },
  { field: 'import_contract_no', required: false, kind: 'text', business: 'import' },
  { field: 'import_notice_no', required: true, kind: 'text', business: 'import' },
  { field: 'import_country_en', required: false, kind: 'text', business: 'import', english: 'import_country' },
  { field: 'import_port_en', required: false, kind: 'text', business: 'import', english: 'import_port' },
  { field: 'retest_number', required: true, kind: 'text', business: 'retest' },
  { field: 'retest_laboratory', required: false, kind: 'text', business: 'retest' },
  { field: 'retest_issued_on', required: true, kind: 'date', business: 'retest' },
  { field: 'retest_applicant', required: true, kind: 'text', business: 'retest' },
  { field: 'retest_asked_on', required: true, kind: 'date', business: 'retest' },
  { field: 'retest_laboratory_en', required: false, kind: 'text', business: 'retest', english: 'retest_laboratory' },
  { field: 'retest_applicant_en', required: false, kind: 'text', business: 'retest', english: 'retest_applicant' },
  { field: 'retest_items', required: true, kind: 'items', business: 'retest' }
]

/** A row as it is being typed: every field a text, empty where nothing was said. */
export type Draft = Record<Field, string>

export function emptyRow(): Draft {
  const row = Object.fromEntries(columns.map(column => [column.field, ''])) as Draft
  return { ...row, business_kind: 'supervision', seal_state: 'intact', language: 'zh' }
}

const textOf = (draft: Draft, field: Field) => (draft[field] ?? '').trim()

const EAST_ASIAN = /[\u2e80-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]|[\ud840-\udbff][\udc00-\udfff]/

/** Whether a text has characters that a certificate in English does not print. */
export const needsEnglish = (text: string): boolean => EAST_ASIAN.test(text)

/**
 * The columns of a row: particulars as its business kind has them, English texts as its language needs them. The day of an original
 * report is asked for when another laboratory issued it; the English name of the product when the catalogue has none.
 */
export function columnsOf(draft: Draft, product?: { name_en: string }): Column[] {
  const isAsked = ({ field, english }: Column) => {
    if (field === 'retest_issued_on') return textOf(draft, 'retest_laboratory') !== ''
    if (!english) return true
    if (draft.language !== 'en') return false
    return field === 'product_name_en' ? product?.name_en === '' : needsEnglish(textOf(draft, english))
  }
  return columns.filter(column => (!column.business || column.business === draft.business_kind) && isAsked(column))
}

/** Items as they were typed or pasted, one by one; names become codes where the edition is known. */
export function itemCodes(text: string, items: readonly Item[] = []): string[] {
  const said = text.split(/[,，、;；\s]+/).filter(Boolean)
  return said.map(one => items.find(item => item.name === one || item.analyte === one)?.analyte ?? one)
}

/** What is sent: fields left empty are left out unless they are required, so that the server names them. */
export function toRow(draft: Draft, items: readonly Item[] = [], product?: { name_en: string }): NewSample {
  const said = columnsOf({ ...draft, language: draft.language || 'zh' }, product).filter(column => (column.required && !column.business) || textOf(draft, column.field) !== '')
  return Object.fromEntries(said.map(({ field, kind }) => [field, kind === 'items' ? itemCodes(draft[field], items) : textOf(draft, field) || (field === 'language' ? 'zh' : '')])) as unknown as NewSample
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
