import { describe, expect, it } from 'vitest'
import { changed, compareLines, meaningOf, nameOf, parseMapping, strays, titlesOf, withMeaning, withoutStray } from './mapping'
import { compareReadings, componentsOf, fieldKey, placeOf, spanAt } from './outline'

const titles = ['Sample', 'Pb', 'Pb', '']

describe('a mapping', () => {
  it('names a column by its title where that is there once, else by its number', () => {
    expect([0, 1, 3, 9].map(index => nameOf(titles, index))).toEqual(['Sample', 2, 4, 10])
    expect(nameOf(null, 0)).toBe(1)
  })

  it('knows what a column is, however it was named', () => {
    const mapping = { columns: { specimen: 'Sample' }, wide: [{ column: 2, code: 'PB', unit: 'mg/kg' }] }
    expect(meaningOf(mapping, titles, 0)).toEqual({ as: 'specimen' })
    expect(meaningOf(mapping, titles, 1)).toEqual({ as: 'wide', code: 'PB', unit: 'mg/kg' })
    expect(meaningOf(mapping, titles, 2)).toEqual({ as: 'nothing' })
  })

  it('gives a column one meaning and a meaning one column, but many columns of values', () => {
    let mapping = withMeaning({}, titles, 0, { as: 'specimen' })
    mapping = withMeaning(mapping, titles, 1, { as: 'specimen' })
    expect(mapping).toEqual({ columns: { specimen: 2 } })
    mapping = withMeaning(mapping, titles, 1, { as: 'wide', code: 'A', unit: '' })
    mapping = withMeaning(mapping, titles, 2, { as: 'wide', code: 'B', unit: '%' })
    expect(mapping).toEqual({ wide: [{ column: 2, code: 'A' }, { column: 3, code: 'B', unit: '%' }] })
    mapping = withMeaning(mapping, titles, 1, { as: 'wide', code: 'C', unit: '' })
    expect(mapping.wide).toEqual([{ column: 2, code: 'C' }, { column: 3, code: 'B', unit: '%' }])
    expect(withMeaning(withMeaning(mapping, titles, 1, { as: 'nothing' }), titles, 2, { as: 'nothing' })).toEqual({})
  })

  it('keeps keys that the page does not know, and leaves out what became empty', () => {
    expect(changed({ plates: { rows: 8 }, decimal: ',' }, 'decimal', '')).toEqual({ plates: { rows: 8 } })
    expect(parseMapping('[1]')).toBeNull()
    expect(parseMapping('{')).toBeNull()
  })

  it('tells what it takes from columns that are not there, and lets go of them one by one', () => {
    const mapping = { columns: { specimen: 'Sample', unit: 'Unit', code: 9 }, wide: [{ column: 'Cd', code: 'CD' }] }
    const found = strays(mapping, titles, 4)
    expect(found.map(one => one.label)).toEqual(['unit', 'code', 'CD'])
    expect(found.reduce(withoutStray, mapping)).toEqual({ columns: { specimen: 'Sample' } })
  })

  it('takes its titles from the header row', () => {
    expect(titlesOf({}, [['a'], ['b']])).toEqual(['a'])
    expect(titlesOf({ header_row: 2 }, [['a'], ['b']])).toEqual(['b'])
    expect(titlesOf({ header_row: 0 }, [['a']])).toBeNull()
  })

  it('shows which lines go and come', () => {
    expect(compareLines('a\nb\nc', 'a\nx\nc').map(line => line.sign + line.text)).toEqual([' a', '-b', '+x', ' c'])
    expect(compareLines('', 'a').map(line => line.sign + line.text)).toEqual(['+a'])
  })
})

describe('an outline', () => {
  const astm = { format: 'astm', components: '^\\' }
  const hl7 = { format: 'hl7', components: '^~' }

  it('names places as mappings do', () => {
    expect(placeOf(astm, { kind: 'R' }, 3)).toBe('R.4')
    expect(placeOf(astm, { kind: 'O' }, 2, 2)).toBe('O.3.2')
    expect(placeOf(hl7, { kind: 'OBX' }, 5, 1)).toBe('OBX-5.1')
    expect(fieldKey(astm, { kind: 'R' }, 3)).toBe('R4')
    expect(fieldKey(hl7, { kind: 'OBX' }, 5)).toBe('OBX5')
  })

  it('cuts fields into components, but not the field of delimiters', () => {
    expect(componentsOf(astm, { kind: 'R' }, 2, '^^^Pb')).toEqual(['', '', '', 'Pb'])
    expect(componentsOf(hl7, { kind: 'MSH' }, 2, '^~\\&')).toEqual(['^~\\&'])
    expect(componentsOf(astm, { kind: 'H' }, 1, '\\^&')).toEqual(['\\^&'])
  })

  it('finds the smallest span that holds a byte', () => {
    const row = { offset: 10, length: 20 }
    const cell = { offset: 14, length: 3 }
    expect(spanAt([row, cell], 15)).toBe(cell)
    expect(spanAt([row, cell], 11)).toBe(row)
    expect(spanAt([row, cell], 30)).toBeUndefined()
  })
})

describe('two readings', () => {
  const one = { offset: 0, length: 5, specimen: 'S', code: 'A', value: '1', unit: '', state: 'held', reason: 'unknown_code' }

  it('differ by what is new, gone or changed at a span', () => {
    const imported = { ...one, state: 'imported', reason: null }
    const other = { ...one, offset: 9 }
    expect(compareReadings([one], [one])).toEqual([])
    expect(compareReadings([one], [imported])).toEqual([{ kind: 'changed', before: one, after: imported }])
    expect(compareReadings([one], [other]).map(change => change.kind)).toEqual(['added', 'removed'])
    expect(compareReadings([one, one], [one]).map(change => change.kind)).toEqual(['removed'])
  })
})
