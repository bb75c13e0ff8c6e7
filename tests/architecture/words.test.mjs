// What must not stand in the project's files. The patterns are put together here so that they do not find themselves.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sources } from './project.mjs'

const TEXT = /\.(h|cpp|mjs|ts|vue|css|html|sql|xml|xsd|yaml|json|ini|sh|md|txt|astm|hl7|csv|def)$|\/(run|install|build)$/
const texts = sources(TEXT).filter(({ file }) => !/(package-lock\.json|LICENSE)$/.test(file))

function found(pattern) {
  return texts.flatMap(({ file, text }) => text.split('\n').flatMap((line, index) => pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : []))
}

test('no file speaks of unfinished work', () => {
  const words = ['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK', 'not imple' + 'mented', 'Not' + 'Implemented']
  assert.deepEqual(found(new RegExp(`\\b(${words.join('|')})\\b`)), [])
})

test('no file holds a path of one machine', () => {
  const roots = ['home', 'work', 'Us' + 'ers', 'ro' + 'ot', 'mnt', 'farm']
  assert.deepEqual(found(new RegExp(`(^|[^A-Za-z0-9_.}/*)-])/(${roots.join('|')})/`)), [])
})

test('a source file has one subject: fewer than 600 lines', () => {
  const long = texts.filter(({ file }) => /\.(h|cpp|mjs|ts|vue)$/.test(file)).map(({ file, text }) => [file, text.split('\n').length]).filter(([, lines]) => lines >= 600)
  assert.deepEqual(long, [])
})

test('no test is skipped or can only pass', () => {
  const shapes = ['BOOST_(TEST|CHECK|REQUIRE)\\((true|1)\\)', 'expect\\(tr' + 'ue\\)', '\\|\\| tr' + 'ue\\b', '\\.on' + 'ly\\(']
  assert.deepEqual(found(new RegExp(shapes.join('|'))).filter(line => line.startsWith('tests/') || line.includes('.test.ts')), [])
})
