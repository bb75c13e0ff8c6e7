// From a person's order to the instrument's acknowledgement and its result, over real server, gateway and wire; kill -9 of
// the gateway while the order is on its way.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { after, before, test } from 'node:test'
import { until } from '../../deploy/demo/demand.mjs'
import { message, send } from '../../deploy/demo/instruments.mjs'
import { program } from '../../deploy/demo/instance.mjs'
import { demoSamples } from '../../deploy/demo/samples.mjs'
import { newSample } from '../http/support/scene.mjs'
import { startInstance } from '../support/instance.mjs'

const METALS = { 铅: '0.42', 砷: '0.08', 汞: '0.011', 镉: '0.027' }
const CODES = ['111Cd', '202Hg', '208Pb', '75As']

let lab
let technician
before(async () => {
  lab = await startInstance({ gateway: true, lease: 3 })
  technician = await lab.login('technician')
})
after(() => lab?.stop())

/** touchstone-simulate at work; `lines` is what it said so far, `end` its end. */
function instrument(protocol, code, ...options) {
  const child = spawn(program('touchstone-simulate'), [protocol, '--to', `127.0.0.1:${lab.ports[code]}`, '--work', '60', ...options])
  const said = []
  child.stdout.on('data', bytes => said.push(bytes))
  return {
    get lines() { return Buffer.concat(said).toString().trim().split('\n').filter(Boolean).map(line => JSON.parse(line)) },
    end: new Promise(resolve => child.once('exit', resolve)),
    leave: () => child.kill()
  }
}

async function registered() {
  const { accepted: [{ number }] } = await technician.post('/samples', { rows: [newSample()] })
  const { items } = await technician.get(`/tests?sample=${number}&limit=500`)
  return { number, tests: items.filter(({ item }) => item in METALS) }
}

const order = ({ tests }, kind = 'order', code = 'ICPMS-1') => technician.post(`/instruments/${code}/commands`, { kind, tests: tests.map(({ id }) => id) })
const commandsOf = async ({ number }, code = 'ICPMS-1') => (await technician.get(`/instruments/${code}/commands?sample=${number}`)).items
const stateBecomes = (sample, holds, code) => until(`state of the command of ${sample.number}`, async () => {
  const [{ state, note }] = await commandsOf(sample, code)
  return { done: holds(state), seen: `${state} ${note}` }
})

test('an order is acknowledged by the instrument, its result comes back and is judged', async () => {
  const sample = await registered()
  const icpms = instrument('astm', 'ICPMS-1', '--orders', '1')
  const { commands } = await order(sample)
  assert.equal(await icpms.end, 0)
  const [got] = icpms.lines
  assert.deepEqual([got.order, got.act, got.specimen], [String(commands[0].id), 'new', sample.number])
  assert.deepEqual([...got.tests].sort(), CODES)
  await stateBecomes(sample, state => state === 'acknowledged')
  await send(lab.instance, 'astm', 'ICPMS-1', message('icpms.astm', [{ barcode: sample.number, values: METALS }]))
  const items = await until('its results', async () => {
    const { items } = await technician.get(`/tests?sample=${sample.number}&limit=500`)
    return { done: items.filter(({ value }) => value !== null).length === CODES.length, seen: items }
  })
  for (const { item, value, verdict } of items.filter(test => test.item in METALS)) assert.deepEqual([value, verdict], [METALS[item], 'conforms'], item)
})

test('an order that waits for its instrument can be taken back, and none of it reaches the instrument', async () => {
  const sample = await registered()
  const { commands: [{ id }] } = await order(sample)
  // A gateway that was asking for the instrument that just left may take it once more, and gives it back.
  await until('it is taken back', () => technician.post('/instruments/ICPMS-1/commands/cancel', { commands: [id], reason: '登记有误' })
    .then(() => ({ done: true }), error => ({ done: false, seen: error.message })))
  const icpms = instrument('astm', 'ICPMS-1', '--ask', 'NOSUCH', '--orders', '1')
  await icpms.end
  assert.deepEqual(icpms.lines, [{ answer: 'I', orders: [] }])
  assert.equal((await commandsOf(sample))[0].state, 'cancelled')
})

test('an instrument that asks is told what waits, in its own codes', async () => {
  const sample = await registered()
  const icpms = instrument('astm', 'ICPMS-1', '--ask', `${sample.number},NOSUCH`, '--orders', '2')
  assert.equal(await icpms.end, 0)
  const [known, unknown] = icpms.lines
  assert.equal(known.answer, 'F')
  assert.deepEqual(known.orders.map(({ specimen, tests }) => [specimen, [...tests].sort()]), [[sample.number, CODES]])
  assert.deepEqual(unknown, { answer: 'I', orders: [] })
  const mask = instrument('mllp', 'MASK-1', '--ask', 'NOSUCH', '--orders', '1')
  assert.equal(await mask.end, 0)
  assert.deepEqual(mask.lines, [{ answer: 'NF', orders: [] }])
})

test('what an instrument asks is kept as a message and waits for nobody', async () => {
  await until('the question is stored', async () => {
    const { items } = await technician.get('/intake/messages?instrument=ICPMS-1&state=imported')
    return { done: items.some(({ observations }) => observations === 0), seen: items }
  })
  assert.deepEqual((await technician.get('/intake/messages?instrument=ICPMS-1&state=held')).items, [])
})

test('an instrument that asks while the server is away is told so', async () => {
  await lab.instance.services.server.stop()
  const icpms = instrument('astm', 'ICPMS-1', '--ask', 'X1', '--orders', '1')
  assert.equal(await icpms.end, 0)
  assert.deepEqual(icpms.lines, [{ answer: 'Q', orders: [] }])
  const mask = instrument('mllp', 'MASK-1', '--ask', 'X1', '--orders', '1')
  assert.equal(await mask.end, 0)
  assert.deepEqual(mask.lines, [{ answer: 'AE', orders: [] }])
  await lab.instance.startServer()
  technician = await lab.login('technician')
})

test('an instrument that refuses is told of, with its reason', async () => {
  const { accepted: [{ number }] } = await technician.post('/samples', { rows: [demoSamples().find(({ kind }) => kind === 'mask').row] })
  const { items } = await technician.get(`/tests?sample=${number}&limit=500`)
  const mask = instrument('mllp', 'MASK-1', '--refuse', '--orders', '1')
  await order({ tests: items }, 'order', 'MASK-1')
  await mask.end
  await stateBecomes({ number }, state => state === 'rejected', 'MASK-1')
  assert.match((await commandsOf({ number }, 'MASK-1'))[0].note, /UA/)
})

test('kill -9 of the gateway between taking and telling: the order arrives, and is acknowledged once', async () => {
  for (let round = 0; round < 4; ++round) {
    const sample = await registered()
    const icpms = instrument('astm', 'ICPMS-1')
    await order(sample)
    await stateBecomes(sample, state => state !== 'waiting')
    lab.kill('gateway')
    await lab.back('gateway')
    await icpms.end  // its connection is gone
    const again = instrument('astm', 'ICPMS-1')
    await stateBecomes(sample, state => state === 'acknowledged')
    again.leave()
    const [command] = await commandsOf(sample)
    const got = [...icpms.lines, ...again.lines].filter(({ specimen }) => specimen === sample.number)
    assert.ok(got.length >= 1, 'it arrived')
    assert.ok(got.every(line => line.order === String(command.id)), 'and is known by its id')
    const { out } = await lab.instance.sql('owner', `SELECT COUNT(*) FROM trail WHERE action = 'command.outcome' AND subject = '${command.id}' AND JSON_VALUE(new_value, '$.state') = 'acknowledged'`)
    assert.match(out, /^1$/m)
  }
})
