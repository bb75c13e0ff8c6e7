// A balance is read on demand: from a person's request over server, gateway and wire to the weight beside the test.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { weight } from '../../deploy/demo/balance.mjs'
import { until } from '../../deploy/demo/demand.mjs'
import { newSample } from '../http/support/scene.mjs'
import { startInstance } from '../support/instance.mjs'

let lab
let balance
let technician
before(async () => {
  lab = await startInstance({ gateway: true })
  balance = lab.instance.balance
  technician = await lab.login('technician')
})
beforeEach(() => { balance.next = [] })
after(() => lab?.stop())

async function registered() {
  const { accepted: [{ number }] } = await technician.post('/samples', { rows: [newSample({ product: 'TALC', specification: '100 g' })] })
  return testOf(number)
}
const testOf = async number => (await technician.get(`/tests?sample=${number}&limit=10`)).items.find(({ item }) => item === '净含量')
const read = async ({ id }) => (await technician.post('/instruments/BAL-1/commands', { kind: 'read', tests: [id] })).commands[0]
const commandOf = async ({ sample }, id) => (await technician.get(`/instruments/BAL-1/commands?sample=${sample}`)).items.find(command => command.id === id)
const closed = (of, { id }) => until(`the end of reading ${id}`, async () => {
  const command = await commandOf(of, id)
  return { done: ['acknowledged', 'rejected', 'failed', 'cancelled'].includes(command.state), seen: command }
})
const held = async () => (await technician.get('/intake/messages?instrument=BAL-1&state=held&limit=50')).items
const hasValue = of => until(`a value of ${of.sample}`, async () => {
  const now = await testOf(of.sample)
  return { done: now.value !== null, seen: now }
})
const staysEmpty = async of => assert.equal((await testOf(of.sample)).value, null)

test('the stable weight is the value of the test that it was asked for; the moving one before it is none', async () => {
  const [one, other] = [await registered(), await registered()]
  balance.next = [[weight('D', 97.11), 300, weight('D', 99.9), 300, weight('S', 101.25)]]
  assert.equal((await closed(one, await read(one))).state, 'acknowledged')
  const { value, unit, verdict, source } = await hasValue(one)
  assert.deepEqual([value, unit, verdict, source], ['101.25', 'g', 'conforms', 'instrument'])
  await staysEmpty(other)
  assert.deepEqual((await technician.get('/intake/messages?instrument=BAL-1&limit=20')).items.map(({ state }) => state), ['imported'])
})

test('the same weight twice is the value of both tests', async () => {
  const [one, other] = [await registered(), await registered()]
  balance.next = [[weight('S', 98.5)], [weight('S', 98.5)]]
  await closed(one, await read(one))
  await closed(other, await read(other))
  assert.equal((await hasValue(one)).value, '98.50')
  assert.equal((await hasValue(other)).value, '98.50')
})

for (const [what, answer, note] of [
  ['an overloaded balance', ['S +'], 'overload'],
  ['an empty pan that reads too little', ['S -'], 'underload'],
  ['a balance that cannot weigh now', ['S I'], 'not_executable'],
  ['a balance that does not know the command', ['ES'], 'syntax_error'],
  ['a weight that never stands still', [weight('D', 98), 700, weight('D', 99), 700, weight('D', 98), 700, weight('D', 99)], 'unstable'],
  ['a balance that says nothing', [], 'no_answer']
]) {
  test(`${what} gives no result, and the person is told why`, async () => {
    const one = await registered()
    balance.next = Array(9).fill(answer)
    const { state, note: said } = await closed(one, await read(one))
    assert.deepEqual([state, said], ['failed', note])
    await staysEmpty(one)
    balance.next = []
    balance.usual = [weight('S', 96)]
    assert.equal((await closed(one, await read(one))).state, 'acknowledged', 'it can be read again')
    assert.equal((await hasValue(one)).value, '96.00')
  })
}

test('a reading that is taken back leaves no result, even when the weight comes late', async () => {
  const one = await registered()
  balance.next = [[1200, weight('S', 103.33)]]
  const { id } = await read(one)
  await until('the balance is asked', async () => ({ done: (await commandOf(one, id)).state === 'sent', seen: id }))
  await technician.post('/instruments/BAL-1/commands/cancel', { commands: [id], reason: '放错了样品' })
  await until('the late weight is kept', async () => {
    const items = await held()
    return { done: items.some(({ detail }) => detail.includes('103.33')), seen: items }
  })
  assert.equal((await commandOf(one, id)).state, 'cancelled')
  await staysEmpty(one)
})

test('a weight that the balance prints by itself is of no test', async () => {
  const one = await registered()
  balance.print(weight('S', 77.77))
  await until('it is held', async () => {
    const items = await held()
    return { done: items.some(({ detail }) => detail.includes('77.77')), seen: items }
  })
  await staysEmpty(one)
})

test('a balance that is away is waited for', async () => {
  const one = await registered()
  await balance.close()
  const { id } = await read(one)
  await technician.post('/instruments/BAL-1/commands/cancel', { commands: [id], reason: '天平关机' })
  const again = await read(one)
  balance.next = [[weight('S', 99.01)]]
  await balance.listen(lab.ports['BAL-1'])
  assert.equal((await closed(one, again)).state, 'acknowledged')
  assert.equal((await hasValue(one)).value, '99.01')
})
