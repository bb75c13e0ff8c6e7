// kill -9 of server and database at random moments while a signatory releases some hundred samples. Every chosen sample is
// released exactly once, numbers have neither gap nor double, every file is there and its signature holds, the trail is whole.
// TOUCHSTONE_SEED repeats the moments of the kills; TOUCHSTONE_KILLS says how many.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { after, before, test } from 'node:test'
import { Problem } from '../../deploy/demo/api.mjs'
import { until } from '../../deploy/demo/demand.mjs'
import { prepare, sign } from '../../deploy/demo/release.mjs'
import { checkedSamples } from '../support/checked.mjs'
import { chunksOf } from '../support/chunks.mjs'
import { startInstance } from '../support/instance.mjs'
import { randomOf } from '../support/random.mjs'

const ROUNDS = Number(process.env.TOUCHSTONE_KILLS ?? 9)
const EACH = 60  // samples of a round: the files of two transactions
const seed = Number(process.env.TOUCHSTONE_SEED ?? Date.now() % 1_000_000)
const random = randomOf(seed)

let lab
let signatory
let password
let samples
before(async () => {
  lab = await startInstance()
  samples = await checkedSamples(lab, ROUNDS * EACH, { failing: 7 })
  signatory = await lab.login('signatory')
  password = lab.instance.account('signatory').password
})
after(() => lab?.stop())

const lines = async statement => (await lab.instance.sql('owner', statement)).out.trim().split('\n').filter(Boolean)

/** Asks again until it is answered; an answer that is no success must say that it is not for ever. */
async function insist(act) {
  for (const end = Date.now() + 60_000; ;) {
    try {
      return await act()
    } catch (error) {
      if (error instanceof Problem) assert.equal(error.status, 503, error.message)
      if (Date.now() > end) throw error
      await pause(50)
    }
  }
}

/** One kill so many milliseconds from now. Gives what it found half done, when it was the server that died. */
async function strike(within, chosen) {
  await pause(random() * within)
  const victim = random() < 0.7 ? 'server' : 'mariadbd'
  for (const service of Object.values(lab.instance.services)) service.deaths = 0  // here dying is no sign of a fault
  lab.kill(victim)
  if (victim === 'mariadbd') {
    await until('the database does not come back', async () => ({ done: await lab.instance.sql('owner', 'SELECT 1').then(() => true, () => false) }), 60)
    return 'database'
  }
  const [left] = await lines(`SELECT GROUP_CONCAT(DISTINCT COALESCE(c.status, 'unsigned') ORDER BY 1 SEPARATOR ' and ') FROM sample s
    LEFT JOIN certificate c ON c.sample_id = s.id WHERE s.number IN ('${chosen.join("', '")}')`)
  await lab.back('server')
  return left
}

test(`${ROUNDS} kills while ${ROUNDS * EACH} samples are released, seed ${seed}`, { timeout: 120_000 + ROUNDS * 30_000 }, async t => {
  const found = {}
  for (let round = 0; round < ROUNDS; round += 1) {
    const chosen = samples.slice(round * EACH, (round + 1) * EACH)
    const turn = round % 3  // while it is prepared, while it is signed, while files are made
    let struck = turn === 0 && strike(400, chosen)
    const job = await insist(() => prepare(signatory, chosen))
    if (turn === 1) struck = strike(250, chosen)
    await insist(() => sign(signatory, job, password))
    if (turn === 2) struck = strike(150, chosen)
    const state = await struck
    found[state] = (found[state] ?? 0) + 1
    const { counts } = await insist(() => signatory.get(`/releases/${job.id}`))
    assert.deepEqual([counts.ready, counts.refused], [0, 0], 'every row was signed, whoever was killed')
  }
  t.diagnostic(`what the kills found: ${JSON.stringify(found)}`)
  await until('files are missing', async () => {
    const [left] = await lines("SELECT COUNT(*) FROM certificate WHERE status = 'drawing'")
    return { done: left === '0', seen: left }
  }, 90)

  await t.test('every chosen sample is released once', async () => {
    const found = await lines("SELECT s.number, s.status, COUNT(c.id) FROM sample s LEFT JOIN certificate c ON c.sample_id = s.id GROUP BY s.id")
    assert.deepEqual(found.sort(), samples.map(number => `${number}\treleased\t1`).sort())
    const [jobs] = await lines('SELECT (SELECT COUNT(*) FROM signature) - (SELECT COUNT(*) FROM release_job WHERE signature_id IS NOT NULL)')
    assert.equal(jobs, '0', 'a signature for each signed release')
  })

  await t.test('numbers have neither gap nor double', async () => {
    const year = new Date(Date.now() + 8 * 3_600_000).getUTCFullYear()
    const numbers = await lines('SELECT number FROM certificate ORDER BY number')
    assert.deepEqual(numbers, samples.map((_, index) => `BG${year}${String(index + 1).padStart(6, '0')}`))
    assert.deepEqual(await lines("SELECT last FROM numbering WHERE series LIKE 'BG%'"), [String(samples.length)])
  })

  await t.test('each is published once and has a file that is what was stored and whose signature holds', async () => {
    assert.deepEqual(await lines('SELECT certificate_id FROM publication GROUP BY certificate_id HAVING COUNT(*) <> 1'), [])
    const issued = await signatory.all('/certificates')
    assert.equal(issued.length, samples.length)
    const verified = async ({ number, sha256 }) => {
      const pdf = await signatory.bytes(`/certificates/${number}/file`)
      assert.equal(createHash('sha256').update(pdf).digest('hex'), sha256, number)
      const path = lab.instance.path('certificates', `${number}.pdf`)
      writeFileSync(path, pdf)
      await lab.instance.touchstone(['certificate', 'verify', path])  // status 4 when it does not hold
    }
    for (const part of chunksOf(issued, 4)) await Promise.all(part.map(verified))
  })

  await t.test('the trail is whole and names every release and every file once', async () => {
    const { out } = await lab.instance.touchstone(['audit', 'verify', '--json'])
    assert.deepEqual(JSON.parse(out).damage, [])
    for (const action of ['certificate.release', 'certificate.issue']) {
      const subjects = await lines(`SELECT subject FROM trail WHERE action = '${action}'`)
      assert.deepEqual(subjects.sort(), [...samples].sort(), action)
    }
  })
})
