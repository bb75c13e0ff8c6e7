// The trail of real work is whole; whatever is done to it behind the server's back is named by row or by seal.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Scene } from './support/scene.mjs'

const COLUMNS = 'id, at, actor, action, subject_kind, subject, old_value, new_value, reason, origin, mac'
let scene
let ids
before(async () => {
  scene = await Scene.open()
  await scene.prepare()
  // One more seal, so that there is an end to cut off.
  await scene.lab.instance.touchstone(['audit', 'seal'])
  await scene.register(2)
  await scene.lab.instance.touchstone(['audit', 'seal'])
  // What the server would seal by itself would only disturb.
  await scene.lab.instance.services.server.stop()
  const { out } = await sql('SELECT id FROM trail ORDER BY id')
  ids = out.trim().split('\n').map(Number)
  await sql('CREATE TABLE kept_trail AS SELECT * FROM trail; CREATE TABLE kept_seal AS SELECT * FROM trail_seal;')
})
after(() => scene?.close())

const sql = statement => scene.lab.instance.sql('owner', statement)

async function verify(status) {
  const { out } = await scene.lab.instance.touchstone(['audit', 'verify', '--json'], { expect: [status] })
  return JSON.parse(out)
}

/** Does damage, demands that it is named, puts everything back and demands that the trail is whole again. */
async function named(damage, expected) {
  await sql(damage)
  try {
    const found = (await verify(4)).damage.map(({ kind, id }) => `${kind} ${id}`)
    assert.deepEqual(found, [expected].flat(), damage)
  } finally {
    await sql('DELETE FROM trail; INSERT INTO trail SELECT * FROM kept_trail; DELETE FROM trail_seal; INSERT INTO trail_seal SELECT * FROM kept_seal;')
  }
  assert.deepEqual((await verify(0)).damage, [])
}

test('the trail of real work is whole, and every row of it is sealed', async () => {
  const report = await verify(0)
  assert.deepEqual([report.damage, report.rows, report.sealed_rows], [[], ids.length, ids.length])
  assert.ok(report.seals >= 2)
})

test('every act of the job is in the trail', async () => {
  const { out } = await sql('SELECT DISTINCT action FROM trail')
  const actions = out.trim().split('\n')
  for (const action of ['catalogue.load', 'person.create', 'person.issue_token', 'session.open', 'sample.register', 'result.enter', 'test.submit', 'test.check',
    'test.release', 'certificate.release', 'certificate.issue', 'message.store']) assert.ok(actions.includes(action), `${action}: ${actions}`)
})

test('a row is changed, whichever column', async () => {
  const id = ids[Math.floor(ids.length / 2)]
  for (const change of ["at = at + INTERVAL 1 MICROSECOND", "actor = 'nobody'", "action = 'x.y'", "subject_kind = 'x'", "subject = CONCAT(subject, ' ')",
    "old_value = ''", "new_value = '{}'", "reason = ''", "origin = '::1'", 'mac = REVERSE(mac)']) {
    await named(`UPDATE trail SET ${change} WHERE id = ${id}`, `row_changed ${id}`)
  }
})

test('text is moved from one column to the next', async () => {
  const { out } = await sql("SELECT id FROM trail WHERE action = 'person.create' LIMIT 1")
  const id = out.trim()
  await named(`UPDATE trail SET subject_kind = 'perso', subject = CONCAT('n', subject) WHERE id = ${id}`, `row_changed ${id}`)
})

test('a row is deleted: the first, one within, the last, several', async () => {
  for (const gone of [[ids[0]], [ids[7]], [ids.at(-1)], [ids[3], ids[4], ids[9]]]) {
    await named(`DELETE FROM trail WHERE id IN (${gone})`, gone.map(id => `row_removed ${id}`))
  }
})

test('two rows change places', async () => {
  const [a, b] = [ids[5], ids[6]]
  await named(`UPDATE trail SET id = 0 WHERE id = ${a}; UPDATE trail SET id = ${a} WHERE id = ${b}; UPDATE trail SET id = ${b} WHERE id = 0`,
    [`row_changed ${a}`, `row_changed ${b}`])
})

test('a row is made up behind the last, or copied before the first', async () => {
  const copy = id => COLUMNS.replace('id,', `${id},`)
  const behind = ids.at(-1) + 1
  await named(`INSERT INTO trail (${COLUMNS}) SELECT ${copy(behind).replace('actor', "'nobody'")} FROM kept_trail WHERE id = ${ids[5]}`, `row_changed ${behind}`)
  await named(`SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'; INSERT INTO trail (${COLUMNS}) SELECT ${copy(0)} FROM kept_trail WHERE id = ${ids[5]}`, 'row_added 0')
})

test('seals: the last is cut off, all are cut off, one within is gone or changed', async () => {
  const seals = (await sql('SELECT id FROM trail_seal ORDER BY id')).out.trim().split('\n').map(Number)
  const last = seals.at(-1)
  const found = async damage => {
    await sql(damage)
    try {
      return (await verify(4)).damage
    } finally {
      await sql('DELETE FROM trail_seal; INSERT INTO trail_seal SELECT * FROM kept_seal;')
    }
  }
  const kinds = damage => [...new Set(damage.map(({ kind }) => kind))]
  assert.ok((await found(`DELETE FROM trail_seal WHERE id = ${last}`)).some(({ kind }) => kind === 'seal_missing'))
  assert.ok(kinds(await found('DELETE FROM trail_seal')).includes('seal_missing'))
  assert.ok(kinds(await found(`DELETE FROM trail_seal WHERE id = ${seals[0]}`)).some(kind => kind.startsWith('seal_')))
  for (const change of ['root = REVERSE(root)', 'digest = REVERSE(digest)', 'last_id = last_id + 1', "at = '2020-01-01'", 'leaves = SUBSTR(leaves, 41)', "leaves = CONCAT(leaves, 'x')"]) {
    const damage = await found(`UPDATE trail_seal SET ${change} WHERE id = ${last}`)
    assert.ok(damage.some(({ kind, id }) => kind === 'seal_broken' && id === last), `${change}: ${JSON.stringify(damage)}`)
  }
  assert.deepEqual((await verify(0)).damage, [])
})

test('the last rows and the seal over them are cut off together', async () => {
  const [{ last_id: lastId, id }] = (await sql('SELECT JSON_OBJECT("id", id, "last_id", last_id) FROM trail_seal ORDER BY id DESC LIMIT 1, 1')).out.trim().split('\n').map(line => JSON.parse(line))
  await sql(`DELETE FROM trail WHERE id > ${lastId}; DELETE FROM trail_seal WHERE id > ${id}`)
  const { damage } = await verify(4)
  assert.ok(damage.some(({ kind }) => kind === 'seal_missing'), JSON.stringify(damage))
})

test("the server's own account can neither change nor delete", async () => {
  for (const statement of ["UPDATE trail SET actor = 'x'", 'DELETE FROM trail', 'TRUNCATE trail', 'DELETE FROM trail_seal', 'UPDATE trail_seal SET last_id = 0', 'DROP TABLE trail']) {
    const { err } = await scene.lab.instance.sql('application', statement, [1])
    assert.match(err, /ERROR 1142/, statement)
  }
})
