import { describe, expect, it } from 'vitest'
import { dataTree, matching, paths, places } from './layouts'

const data = { number: 'BG1', sample: { batch_no: 'B-7', approval_no: '' }, tests: [{ item: '含量', derived: { result: '99.8%' } }], derived: { failing: ['水分'] } }

describe('the data of a layout', () => {
  it('is a tree whose paths can be put into braces; those of a list are of its row', () => {
    expect(paths(dataTree(data))).toEqual(['number', 'sample.batch_no', 'sample.approval_no', 'row.item', 'row.derived.result'])
  })

  it('is searched by path and by what stands there, and keeps the way to what was found', () => {
    const [found] = matching(dataTree(data), 'b-7')
    expect([found?.name, found?.children.map(one => one.path)]).toEqual(['sample', ['sample.batch_no']])
    expect(matching(dataTree(data), 'nowhere')).toEqual([])
  })
})

describe('a refusal', () => {
  it('says line and column where its field does', () => {
    const errors = [{ field: 'xml.12.5', code: 'bad_layout', message: 'm' }, { field: 'certificate', code: 'not_known', message: 'n' }]
    expect(places(errors)).toEqual([{ line: 12, column: 5, message: 'm' }])
  })
})
