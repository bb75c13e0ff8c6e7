import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Test } from '@/api/client'
import { errorsByRow, Problem } from '@/api/problem'
import { charset, fromBase64, hexLines, records } from './bytes'
import { daysUntil, moment, today } from './dates'
import { changesFromPaste } from './entry'
import { facts } from './facts'
import { columns, columnsOf, emptyRow, plainDate, rowsFromPaste, toRow, type Draft } from './registration'
import { sha256 } from './sha256'
import { csv, parseCells } from './table'
import { answers } from './verification'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('sha256', () => {
  it.each([0, 1, 55, 56, 63, 64, 65, 1000, 100_003])('agrees with the platform for %i bytes', length => {
    const input = Uint8Array.from({ length }, (_, i) => (i * 31) & 0xff)
    expect(sha256(input)).toBe(createHash('sha256').update(input).digest('hex'))
  })
})

describe('raw bytes', () => {
  const message = bytes('H|\\^&\rR|1|^^^ASP|98.6|%\r')

  it('splits records at CR, shows control characters and marks the span', () => {
    const lines = records(message, { offset: message.indexOf(0x39), length: 4 })
    expect(lines.map(line => line.before + line.marked + line.after)).toEqual(['H|\\^&‹CR›', 'R|1|^^^ASP|98.6|%‹CR›'])
    expect(lines.map(line => line.marked)).toEqual(['', '98.6'])
  })

  it('marks a span that runs over two records', () => {
    expect(records(bytes('ab\rcd\r'), { offset: 1, length: 3 }).map(line => line.marked)).toEqual(['b‹CR›', 'c'])
  })

  it('reads Chinese in UTF-8 and in GB18030', () => {
    expect(records(bytes('阿司匹林\n'), null)[0]?.after).toBe('阿司匹林‹LF›')
    const gb = Uint8Array.from([0xb0, 0xa2])
    expect(charset(gb)).toBe('gb18030')
    expect(records(gb, null)[0]?.after).toBe('阿')
  })

  it('dumps sixteen bytes a line, of long messages only round the span', () => {
    expect(hexLines(bytes('0123456789abcdefg'), null).map(line => line.cells.length)).toEqual([16, 1])
    const far = hexLines(new Uint8Array(100_000), { offset: 90_000, length: 2 })
    expect(far.length).toBe(256)
    expect(far.flatMap(line => line.cells).filter(cell => cell.marked).length).toBe(2)
  })

  it('reads base64', () => expect([...fromBase64('Ag0=')]).toEqual([2, 13]))
})

describe('blocks of a spreadsheet', () => {
  it('reads tabs, line ends and quotes', () => {
    expect(parseCells('a\tb\r\n"c ""d""\n e"\tf\n\n')).toEqual([['a', 'b'], ['c "d"\n e', 'f']])
  })

  it('writes a file that spreadsheets open without running formulas', () => {
    expect(csv([['a,b', '=1+1', '-5', '说"明']])).toBe('\ufeff"a,b",\'=1+1,-5,"说""明"\r\n')
  })
})

describe('registration', () => {
  const names = { 品种: 'product', 批号: 'batch_no', 抽样日期: 'sampled_on', 业务类型: 'business_kind' } as const
  const words = { 监督抽检: 'supervision', 委托检验: 'commission' }

  it('takes pasted columns by their names', () => {
    const [row] = rowsFromPaste('批号\t品种 *\t业务类型\t抽样日期\nA1\tASP-TAB\t委托检验\t2026/1/5', names, words)
    expect(row).toMatchObject({ product: 'ASP-TAB', batch_no: 'A1', business_kind: 'commission', sampled_on: '2026-01-05' })
  })

  it('takes pasted columns in their order when no names are given', () => {
    expect(rowsFromPaste('ASP-TAB\t0.1 g\tA1', names, words)[0]).toMatchObject({ product: 'ASP-TAB', specification: '0.1 g', batch_no: 'A1' })
  })

  it('leaves out empty fields that nobody requires, and keeps the required ones for the server to name', () => {
    const sent = toRow(emptyRow())
    expect(sent).not.toHaveProperty('approval_no')
    expect(sent).toHaveProperty('batch_no', '')
    expect(columns.filter(column => column.required && !column.business).length).toBe(13)
  })

  it('asks for the particulars of a business kind only there, and sends no others', () => {
    const fields = (row: Partial<Draft>) => columnsOf({ ...emptyRow(), ...row }).filter(column => column.business).map(column => column.field)
    expect(fields({})).toEqual([])
    expect(fields({ business_kind: 'import' })).toEqual(['import_country', 'import_port', 'import_contract_no', 'import_notice_no'])
    expect(fields({ business_kind: 'retest' })).not.toContain('retest_issued_on')
    expect(fields({ business_kind: 'retest', retest_laboratory: '示例省检验院' })).toContain('retest_issued_on')
    expect(toRow({ ...emptyRow(), import_port: '示例口岸' })).not.toHaveProperty('import_port')
  })

  it('asks for English where a certificate in English would print Chinese', () => {
    const row = { ...emptyRow(), maker: '示例药业', client: 'Example Ltd.', quantity_unit: '片', business_kind: 'import', import_port: '示例口岸' }
    const asked = (language: string, name_en = 'Aspirin Tablets') => columnsOf({ ...row, language }, { name_en }).filter(column => column.english).map(column => column.field)
    expect(asked('zh')).toEqual([])
    expect(asked('en')).toEqual(['maker_en', 'quantity_unit_en', 'import_port_en'])
    expect(asked('en', '')).toContain('product_name_en')
    expect(toRow({ ...row, language: 'zh', maker_en: 'Example Pharma' })).not.toHaveProperty('maker_en')
    expect(toRow({ ...row, language: 'en', maker_en: 'Example Pharma' }).maker_en).toBe('Example Pharma')
  })

  it('sends the items of a retest by their codes, whatever stands between them', () => {
    const items = [{ name: '铅', analyte: 'PB' }, { name: '砷', analyte: 'AS' }]
    expect(toRow({ ...emptyRow(), business_kind: 'retest', retest_items: '铅、AS，汞' }, items).retest_items).toEqual(['PB', 'AS', '汞'])
  })

  it('keeps a draft that was stored before there were particulars', () => {
    const { import_port: _, retest_laboratory: __, ...older } = { ...emptyRow(), business_kind: 'retest' }
    expect(() => toRow(older as Draft)).not.toThrow()
  })

  it('leaves a date alone that it does not understand', () => expect(plainDate('last week')).toBe('last week'))
})

describe('result entry', () => {
  const test = (id: number, sample: string, item: string, status: Test['status'] = 'waiting') => ({ id, sample, item, status, value: null }) as Test
  const list = [test(1, 'S1', '含量'), test(2, 'S1', '水分'), test(3, 'S2', '含量'), test(4, 'S2', '水分', 'checked')]

  it('puts one pasted column down from the cell', () => {
    const { changes, unknown } = changesFromPaste('98.6\n1.2\n', list, 1)
    expect(changes.map(change => [change.test.id, change.value])).toEqual([[2, '98.6'], [3, '1.2']])
    expect(unknown).toEqual([])
  })

  it('finds the test of a pasted line by sample and item, and refuses to guess', () => {
    const { changes, unknown } = changesFromPaste('S2\t含量\t99.0\nS1\t99.1\nS2\t水分\t1\nS9\t含量\t1', list, 0)
    expect(changes.map(change => change.test.id)).toEqual([3])
    expect(unknown.length).toBe(3)
  })
})

describe('problems', () => {
  it('puts errors at their rows and fields', () => {
    const found = errorsByRow([
      { field: 'rows.3.batch_no', row: 3, code: 'too_long', message: 'long' },
      { field: 'rows.0.product', code: 'not_known', message: 'unknown' },
      { field: 'mode', code: 'not_one_of', message: 'mode' }
    ])
    expect([...found]).toEqual([[3, { batch_no: 'long' }], [0, { product: 'unknown' }]])
  })

  it('names the status of an answer that is no problem document', () => expect(Problem.of(502, null).code).toBe('http_502'))
})

describe('dates', () => {
  it('are those of the laboratory, not of the browser', () => {
    expect(moment('2026-11-21T18:05:00Z')).toBe('2026-11-22 02:05')
    expect(today(new Date('2026-11-21T16:00:00Z'))).toBe('2026-11-22')
    expect(daysUntil('2026-11-25', new Date('2026-11-21T18:00:00Z'))).toBe(3)
  })
})

describe('facts', () => {
  it('flattens nested values and drops empty ones', () => {
    expect(facts({ a: 1, b: { c: 'x', d: null }, e: [1, 2] }, key => key, (_, value) => value).map(fact => `${fact.path}=${fact.text}`)).toEqual(['a=1', 'b.c=x', 'e=1, 2'])
  })
})

describe('verification', () => {
  const good = { integrity: 'intact', identity: { trusted: true, signer: 'CA' }, signed_at: '2026-11-22T01:00:00Z', time_source: 'claimed', time_stamp_authority: '', level: 'B-B', revocation: 'unknown', status: 'issued', number: 'BG1', problem: '' } as const

  it('answers four questions apart', () => {
    expect(answers(good).map(row => `${row.subject} ${row.answer} ${row.tone}`)).toEqual(['integrity intact green', 'identity trusted green', 'time claimed grey', 'status issued green'])
  })

  it('says whether a time is proven or claimed', () => {
    const stamped = answers({ ...good, time_source: 'time_stamp', time_stamp_authority: 'TSA' })[2]
    expect([stamped?.answer, stamped?.tone, stamped?.values.authority]).toEqual(['time_stamp', 'green', 'TSA'])
  })

  it('never shows a changed or unsigned file as good', () => {
    const changed = answers({ ...good, integrity: 'changed', status: 'unknown', number: null })
    expect(changed.filter(row => row.tone === 'red').map(row => row.subject)).toEqual(['integrity', 'status'])
    const unsigned = answers({ integrity: 'not_signed', identity: { trusted: false, signer: '' }, signed_at: null, status: 'unknown', number: null })
    expect(unsigned.map(row => row.answer)).toEqual(['not_signed', 'nobody', 'none', 'unknown'])
  })
})
