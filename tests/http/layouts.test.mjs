// Layouts over HTTP: hostile XML, limits, two who write at once, who may decide.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { day, layoutXml, Scene } from './support/scene.mjs'

let scene
before(async () => {
  scene = await Scene.open()
  await scene.prepareLayouts()
})
after(() => scene?.close())

const preview = (xml, certificate = 'drug') => scene.admin.fetch('POST', '/layout-preview', { xml, certificate })
async function refusal(response) {
  const { status, code, errors = [] } = await response.json()
  return [status, code, ...errors.map(error => `${error.field} ${error.code}`)]
}

test('what the release ships draws its samples', async () => {
  const { items } = await scene.quality.get('/layout-samples')
  assert.ok(items.length >= 4)
  const { xml } = await scene.quality.get('/layouts/drug')
  for (const { code } of items.filter(({ code }) => !['label', 'record-sheet'].includes(code))) {
    const response = await preview(xml, code)
    assert.equal(response.status, 200, `${code}: ${response.status === 200 ? '' : await response.clone().text()}`)
    assert.equal(Buffer.from(await response.arrayBuffer()).subarray(0, 5).toString(), '%PDF-')
  }
})

test('hostile XML is refused with its place, quickly, and reads nothing', async () => {
  const entities = Array.from({ length: 12 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('')
  const bomb = `<!DOCTYPE layout [<!ENTITY e0 "bomb">${entities}]><layout>&e12;</layout>`
  const outside = '<!DOCTYPE layout [<!ENTITY f SYSTEM "file:///etc/hostname">]><layout xmlns="urn:touchstone:layout" title="&f;"/>'
  const remote = '<!DOCTYPE layout SYSTEM "http://127.0.0.1:1/layout.dtd"><layout/>'
  const deep = '<layout xmlns="urn:touchstone:layout" title="x"><page/><body>' + '<box>'.repeat(20_000)
  const wide = layoutXml('</p>' + '<p>x</p>'.repeat(20_000) + '<p>')
  const started = Date.now()
  for (const xml of [bomb, outside, remote, deep, wide, '<layout', 'x', layoutXml('{no.path:word}'), layoutXml('<script/>')]) {
    const [status, code, ...fields] = await refusal(await preview(xml))
    assert.deepEqual([status, code, fields.length], [422, 'invalid', 1], xml.slice(0, 80))
    assert.match(fields[0], /^xml\.\d+\.\d+ bad_layout$/)
  }
  assert.ok(Date.now() - started < 10_000)
})

test('a layout that asks for what the data lacks, and one that would fill a warehouse, are refused', async () => {
  assert.match((await refusal(await preview(layoutXml('{nothing.there}'))))[2], /^xml\.\d+\.\d+ bad_layout$/)
  const each = (inner, depth) => depth ? `<each list="tests" as="t${depth}">${each(inner, depth - 1)}</each>` : inner
  const [status] = await refusal(await preview(layoutXml(`</p>${each('<p>x</p>', 6)}<p>`), 'cosmetic'))
  assert.equal(status, 422)
})

test('a text that is too long is refused before it is read', async () => {
  assert.deepEqual(await refusal(await preview(layoutXml('x'.repeat(200_000)))), [422, 'invalid', 'xml too_long'])
  assert.deepEqual((await refusal(await preview('x'.repeat(1 << 20))))[1], 'body_too_large')
})

test('of two who save over the same revision the second is refused', async () => {
  const save = (who, text) => who.fetch('POST', '/layouts/spare/draft', { base: 1, xml: layoutXml(text) })
  const answers = await Promise.all([save(scene.admin, 'one'), save(scene.quality, 'other')])
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409])
  const { revision, xml } = await scene.admin.get('/layouts/spare')
  assert.equal(revision, 2)
  assert.ok([layoutXml('one'), layoutXml('other')].includes(xml))
})

test('who wrote a version decides nothing, nor who checked it; out of turn nothing moves', async () => {
  const decide = (who, decision = 'check') => who.fetch('POST', '/layouts/proposed/versions/1/decide', { decision, reason: '审批' })
  const approve = (login, password = scene.password(login)) => scene[login].fetch('POST', '/layouts/proposed/versions/1/approve', { ...scene.approval(login), password })
  assert.deepEqual(await refusal(await decide(scene.admin)), [403, 'own_work'])
  assert.deepEqual((await refusal(await approve('signatory'))).slice(0, 2), [409, 'wrong_state'])
  assert.equal((await decide(scene.quality)).status, 204)
  assert.deepEqual(await refusal(await approve('quality')), [403, 'own_work'])
  assert.deepEqual((await refusal(await decide(scene.signatory))).slice(0, 2), [409, 'wrong_state'])
  assert.deepEqual(await refusal(await approve('signatory', 'not my password')), [403, 'signature_refused'])
  assert.equal((await approve('signatory')).status, 204)
  assert.deepEqual((await refusal(await approve('signatory'))).slice(0, 2), [409, 'wrong_state'])
  const [{ hands }] = (await scene.admin.get('/layouts/proposed')).versions
  const { signature } = hands.find(({ step }) => step === 'approve')
  assert.deepEqual([signature.login, signature.meaning, signature.valid], ['signatory', 'approve_layout', true])
  assert.deepEqual((await refusal(await scene.admin.fetch('POST', '/layouts/proposed/propose', { revision: 1, from: day(1), reason: '再提' }))).slice(0, 2), [422, 'nothing_to_do'])
})
