// kill -9 of gateway, server and database at random moments while instruments report and a technician registers. What was
// acknowledged is there, once; what it says became a result, once, and the first word on a specimen stands; the trail is whole.
// TOUCHSTONE_SEED repeats the order and the moments of the kills; TOUCHSTONE_KILLS says how many.
import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { after, before, test } from 'node:test'
import { Problem } from '../../deploy/demo/api.mjs'
import { until } from '../../deploy/demo/demand.mjs'
import { drop, message, records } from '../../deploy/demo/instruments.mjs'
import { program, run } from '../../deploy/demo/instance.mjs'
import { demoSamples } from '../../deploy/demo/samples.mjs'
import { startInstance } from '../support/instance.mjs'
import { randomOf } from '../support/random.mjs'

const KILLS = Number(process.env.TOUCHSTONE_KILLS ?? 200)
const SAMPLES = 450 * Math.ceil(KILLS / 12)   // of each kind; more than can be sent while the kills last
const seed = Number(process.env.TOUCHSTONE_SEED ?? Date.now() % 1_000_000)

const random = randomOf(seed)
const sha256 = bytes => createHash('sha256').update(bytes).digest('hex')
/** ASTM is stored with its frames, so a message of it is known by the id in its header; any other by its bytes. */
const keyOf = (protocol, text) => (protocol === 'astm' ? text.split('|')[2] : sha256(text))
const KEY = "IF(protocol = 'astm', control_id, LOWER(HEX(sha256)))"

const ITEMS = { cream: ['铅', '砷', '汞', '镉'], mask: ['细菌过滤效率', '颗粒过滤效率', '压力差'], tablet: ['含量测定', '游离水杨酸'] }

let lab
let technician
let samples
let playing = true
let kills = 0
const acknowledged = []   // { key, samples } of what an instrument was told to be safe
const registered = []     // batch numbers of registrations that were answered
before(async () => {
  lab = await startInstance({ gateway: true })
  mkdirSync(lab.instance.path('sent'))
  technician = await lab.login('technician')
  samples = {}
  for (const kind of Object.keys(ITEMS)) samples[kind] = await register(kind)
})
after(() => lab?.stop())

/** Samples of a kind, each with values of its own, so that none can be taken for another's. */
async function register(kind) {
  const { row } = demoSamples().find(sample => sample.kind === kind)
  const made = []
  for (let at = 0; at < SAMPLES; at += 450) {
    const rows = Array.from({ length: 450 }, (_, index) => ({ ...row, batch_no: `${kind}-${at + index}` }))
    const { accepted } = await technician.post('/samples', { rows })
    made.push(...accepted.map(({ number }) => number))
  }
  return made.map((barcode, index) => ({
    barcode, values: Object.fromEntries(ITEMS[kind].map((item, place) => [item, (0.01 + index / 1000 + place).toFixed(3)]))
  }))
}

/** The same specimen measured again: every value is another. */
const again = ({ barcode, values }) => ({ barcode, values: Object.fromEntries(Object.entries(values).map(([item, value]) => [item, `9${value}`])) })

/** An instrument of the network: a few messages a connection, sent again until they are acknowledged; the last repeats the first's specimen. */
async function overNetwork(kind, protocol, code, template) {
  const waiting = [...samples[kind]]
  for (let turn = 0; playing; turn += 1) {
    const fresh = waiting.splice(0, 3)
    assert.ok(fresh.length === 3, `${SAMPLES} samples of ${kind} suffice`)
    const portion = [...fresh, again(fresh[0])].map((sample, index) => {
      const text = records(message(template, [sample]))
      const file = lab.instance.path('sent', `${code}-${turn}-${index}`)
      writeFileSync(file, text)
      return { file, key: keyOf(protocol, text), samples: index < 3 ? [sample] : [], repeated: index < 3 ? [] : [sample] }
    })
    const { out } = await run([program('touchstone-simulate'), protocol, '--to', `127.0.0.1:${lab.ports[code]}`, '--insist', '--patience', '2000',
      ...portion.map(({ file }) => file)], { expect: [0, 1] })
    const said = out.trim().split('\n').map(line => JSON.parse(line))
    for (const { file, acknowledged: good } of said) if (good) acknowledged.push(portion.find(sent => sent.file === file))
    assert.ok(said.every(({ acknowledged: good }) => good), `a minute does not suffice: ${out}`)
    await pause(150)
  }
}

/** A chromatography system: what stands in the folder whole has been handed over. */
async function intoFolder() {
  const waiting = [...samples.tablet]
  while (playing) {
    const portion = waiting.splice(0, 3)
    assert.ok(portion.length === 3, `${SAMPLES} tablets suffice`)
    const text = drop(lab.instance, message('hplc.csv', portion))
    acknowledged.push({ key: keyOf('csv', text), samples: portion })
    await pause(150)
  }
}

/** A tablet computer: asks again with the same request_key until it is answered. */
async function atTheDesk() {
  const { row } = demoSamples()[0]
  while (playing) {
    const batch = randomUUID()
    const order = { request_key: batch, rows: [{ ...row, batch_no: batch }] }
    for (let answered = false; !answered;) {
      try {
        const { accepted } = await technician.post('/samples', order)
        registered.push({ batch, number: accepted[0].number })
        answered = true
      } catch (error) {
        // No connection, or one that was cut; an answer must say that it is not for ever.
        if (error instanceof Problem) assert.equal(error.status, 503, error.message)
        await pause(50)
      }
    }
    await pause(50)
  }
}

const answers = async () => {
  try {
    await lab.instance.sql('owner', 'SELECT 1')
    return (await technician.fetch('GET', '/overview')).status === 200
  } catch {
    return false  // asked again
  }
}

async function killer() {
  const victims = ['gateway', 'server', 'mariadbd', 'gateway', 'server', 'database']
  const count = {}
  while (playing && kills < KILLS) {
    await pause(100 + random() * 700)
    const victim = victims[Math.floor(random() * victims.length)]
    // Here dying is no sign of a fault, however often.
    for (const service of Object.values(lab.instance.services)) service.deaths = 0
    lab.kill(victim)
    kills += 1
    count[victim] = (count[victim] ?? 0) + 1
    if (victim === 'gateway' || victim === 'server') await lab.back(victim)
    else await until('the database does not come back', async () => ({ done: await answers() }), 60)
  }
  return count
}

test(`${KILLS} kills, seed ${seed}`, { timeout: 120_000 + KILLS * 5_000 }, async t => {
  // The first that ends, well or not, ends all.
  const [count] = await Promise.all([
    killer(),
    overNetwork('cream', 'astm', 'ICPMS-1', 'icpms.astm'),
    overNetwork('mask', 'mllp', 'MASK-1', 'mask.hl7'),
    intoFolder(),
    atTheDesk()
  ].map(work => work.finally(() => { playing = false })))
  t.diagnostic(`killed ${JSON.stringify(count)}; ${acknowledged.length} messages acknowledged, ${registered.length} samples registered meanwhile`)
  assert.ok(acknowledged.length > 100, `${acknowledged.length} messages were sent`)

  await t.test('every acknowledged message is stored, once', async () => {
    const stored = async () => {
      const { out } = await lab.instance.sql('owner', `SELECT ${KEY}, COUNT(*) FROM inbound_message WHERE NOT reason <=> 'incomplete' GROUP BY 1`)
      return new Map(out.trim().split('\n').map(line => line.split('\t')).map(([key, times]) => [key, Number(times)]))
    }
    await until('messages are missing', async () => {
      const seen = await stored()
      return { done: acknowledged.every(({ key }) => seen.has(key)), seen: seen.size }
    }, 60)
    const found = await stored()
    assert.deepEqual(acknowledged.filter(({ key }) => found.get(key) !== 1), [])
  })

  await t.test('what else is stored is what a crash cut off, and waits as incomplete', async () => {
    const { out } = await lab.instance.sql('owner', `SELECT ${KEY}, state, COALESCE(reason, '') FROM inbound_message`)
    const known = new Set(acknowledged.map(({ key }) => key))
    const others = out.trim().split('\n').map(line => line.split('\t')).filter(([key]) => !known.has(key))
    assert.deepEqual(others.filter(([, state, reason]) => `${state} ${reason}` !== 'held incomplete'), [])
  })

  await t.test('every observation of a known barcode became one result, of its own sample and test', async () => {
    const { out } = await lab.instance.sql('owner', `SELECT s.number, i.name, r.value FROM result_version r JOIN test t ON t.id = r.test_id
      JOIN sample s ON s.id = t.sample_id JOIN test_item i ON i.id = t.item_id`)
    const expected = acknowledged.flatMap(({ samples: sent }) => sent.flatMap(({ barcode, values }) => Object.entries(values).map(([item, value]) => `${barcode}\t${item}\t${value}`)))
    assert.deepEqual(out.trim().split('\n').sort(), expected.sort())
  })

  await t.test('what came second on a specimen waits for a person: the order of messages is kept', async () => {
    const { out } = await lab.instance.sql('owner', `SELECT specimen, value FROM observation WHERE reason = 'already_resulted'`)
    const expected = acknowledged.flatMap(({ repeated = [] }) => repeated.flatMap(({ barcode, values }) => Object.values(values).map(value => `${barcode}\t${value}`)))
    assert.ok(expected.length > 100)
    assert.deepEqual(out.trim().split('\n').sort(), expected.sort())
  })

  await t.test('every registration that was answered is there, once', async () => {
    const { out } = await lab.instance.sql('owner', 'SELECT batch_no, number FROM sample WHERE batch_no LIKE "________-____-____-____-____________"')
    const found = out.trim().split('\n').sort()
    assert.deepEqual(found, registered.map(({ batch, number }) => `${batch}\t${number}`).sort())
  })

  await t.test('the trail is whole and names every message and registration', async () => {
    const { out } = await lab.instance.touchstone(['audit', 'verify', '--json'])
    assert.deepEqual(JSON.parse(out).damage, [])
    const count = async (action, table) => (await lab.instance.sql('owner', `SELECT (SELECT COUNT(*) FROM trail WHERE action LIKE '${action}') - (SELECT COUNT(*) FROM ${table})`)).out.trim()
    assert.deepEqual([await count('message.store', 'inbound_message'), await count('sample.register', 'sample'), await count('result.%', 'result_version')], ['0', '0', '0'])
  })
})
