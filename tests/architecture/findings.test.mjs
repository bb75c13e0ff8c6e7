// What a reader of instruments' files finds is told on the pages in their language.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sources } from './project.mjs'

/** Where a code stands, as its place in the source tells: Finding{"code", warn("code", refuse("code", … */
const CODE = /(?:Finding\{|Fault\{|warn(?:Once|At)?\(|refuse\(|push_back\(\{|fail\(\w+, \{)\s*(?:[\w.]+, )?"([a-z][a-z0-9_]*[a-z0-9])"/g
const FORMATS = /^instruments\/formats\/.*\.(cpp|h)$/

test('every code that a reader may give has its words in both languages', () => {
  const codes = new Set(sources(FORMATS).flatMap(({ text }) => [...text.matchAll(CODE)].map(([, code]) => code)))
  assert.ok(codes.size > 100, `${codes.size} codes were found`)
  for (const { file, text } of sources(/^server\/web\/src\/locales\/.*\.json$/)) {
    const { finding } = JSON.parse(text)
    assert.deepEqual([...codes].filter(code => !finding[code]), [], file)
  }
})
