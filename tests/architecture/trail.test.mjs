// What was done stands in the trail as a code, and is told on the pages in their language.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sources } from './project.mjs'

/** An act and the kind of its subject, as an entry of the trail begins: {"sample.register", "sample", … A setting and a file look alike. */
const ACT = /[{( ]"(?!laboratory\.)([a-z_]+)\.(?!json")([a-z_]+)"(?:,| :)(?:\s*"([a-z_]+)",)?/g
const WRITERS = /^server\/.*(Service|Store|Accounts|Recorder|Controls|Replacing)\.cpp$/

test('every act of the trail has its words in both languages', () => {
  const found = sources(WRITERS).flatMap(({ text }) => /[Tt]rail/.test(text) ? [...text.matchAll(ACT)] : [])
  const acts = new Set(found.map(([, noun, verb]) => `${noun}_${verb}`))
  const kinds = new Set(found.filter(([whole]) => whole.startsWith('{')).map(([, , , kind]) => kind).filter(Boolean))
  assert.ok(acts.size > 60, `${acts.size} acts were found`)
  for (const { file, text } of sources(/^server\/web\/src\/locales\/.*\.json$/)) {
    const { action, subjectKind } = JSON.parse(text)
    assert.deepEqual([...acts].filter(act => !action[act]), [], file)
    assert.deepEqual([...kinds].filter(kind => !subjectKind[kind]), [], file)
  }
})
