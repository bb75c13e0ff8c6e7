// The document and the server say the same: routes, rights to call, bodies taken, answers given.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { faults, operations } from './support/document.mjs'
import { requests } from './support/requests.mjs'
import { Scene } from './support/scene.mjs'

let scene
let good
before(async () => {
  scene = await Scene.open()
  await scene.prepare()
  good = await requests(scene)
})
after(() => scene?.close())

test('the routes are those of the document, with the same access and the same bodies', async () => {
  const { out } = await scene.lab.instance.touchstone(['routes'])
  const documented = operations.map(({ verb, path, open, body }) => `${verb} ${path} ${open ? 'open' : 'signed'} ${body?.type ?? '-'}`)
  assert.deepEqual(out.trim().split('\n').sort(), documented.sort())
})

test('there is a request here for every operation of the document', () => {
  assert.deepEqual(Object.keys(good).sort(), operations.map(({ id }) => id).sort())
})

test('every operation answers as the document says', async t => {
  for (const id of Object.keys(good)) {
    await t.test(id, async () => {
      const { verb, success } = operations.find(operation => operation.id === id)
      const { as, path, body } = good[id]
      const response = await scene[as].fetch(verb, path, body)
      const bytes = Buffer.from(await response.arrayBuffer())
      assert.equal(response.status, success.status, bytes.toString())
      assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
      if (!success.type) return assert.equal(bytes.length, 0)
      assert.equal(response.headers.get('content-type'), success.type)
      if (success.type === 'application/json') assert.deepEqual(faults(success.schema, JSON.parse(bytes)), [])
      if (success.type === 'application/pdf') assert.equal(bytes.subarray(0, 5).toString(), '%PDF-')
    })
  }
})

test('lists go on with next until it is null, and give every item once', async () => {
  for (const path of ['/samples', '/tests', '/certificates', '/intake/messages', '/instruments/ICPMS-1/commands', '/trail']) {
    const who = path === '/trail' ? scene.quality : scene.analyst
    const all = (await who.get(`${path}?limit=500`)).items
    const seen = []
    for (let next = ''; next !== null;) {
      const page = await who.get(`${path}?limit=3${next && `&after=${next}`}`)
      assert.ok(page.items.length <= 3)
      seen.push(...page.items)
      next = page.next
    }
    assert.deepEqual(seen, all, path)
  }
})

test('what does not exist is answered with a problem document', async () => {
  const cases = [['GET', '/nothing', 404, 'no_such_path'], ['GET', '/samples/a/b/c', 404, 'no_such_path'], ['GET', '', 404, 'no_such_path'],
    ['PUT', '/samples', 405, 'method_not_allowed'], ['DELETE', '/trail', 405, 'method_not_allowed'], ['PATCH', '/results', 405, 'method_not_allowed']]
  for (const [verb, path, status, code] of cases) {
    const response = await scene.anyone.fetch(verb, path)
    assert.equal(response.headers.get('content-type'), 'application/problem+json')
    assert.deepEqual([response.status, (await response.json()).code], [status, code], `${verb} ${path}`)
  }
})
