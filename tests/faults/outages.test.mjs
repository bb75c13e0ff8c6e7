// What is away for a while, and a disk without room: said plainly, nothing lost, mended by itself.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { until } from '../../deploy/demo/demand.mjs'
import { message, records } from '../../deploy/demo/instruments.mjs'
import { program, run } from '../../deploy/demo/instance.mjs'
import { startInstance } from '../support/instance.mjs'

let lab
let analyst
let spool
let mounted
before(async () => {
  lab = await startInstance()
  analyst = await lab.login('analyst')
  mkdirSync(lab.instance.path('sent'))
  // The gateway's spool on a small disk of its own, where this account may mount one.
  spool = lab.instance.path('spool')
  mkdirSync(spool)
  mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=700', 'tmpfs', spool]).status === 0
  await lab.instance.startGateway()
})
after(async () => {
  const stopped = lab?.instance.services.gateway?.stop()
  await stopped
  if (mounted) assert.equal(spawnSync('umount', [spool]).status, 0)
  await lab?.stop()
})

const VALUES = { 细菌过滤效率: '99.1', 颗粒过滤效率: '62.4', 压力差: '38.6' }
let sent = 0

/** One HL7 message; gives what the instrument was told. */
async function send(padding = 0) {
  const file = lab.instance.path('sent', String(sent += 1))
  writeFileSync(file, records(message('mask.hl7', [{ barcode: `NOSUCH${sent}`, values: VALUES }]) + (padding ? `NTE|1||${'x'.repeat(padding)}\n` : '')))
  const { out } = await run([program('touchstone-simulate'), 'mllp', '--to', `127.0.0.1:${lab.ports['MASK-1']}`, '--patience', '5000', file], { expect: [0, 1] })
  return JSON.parse(out).acknowledged
}

const storedCount = async () => Number((await lab.instance.sql('owner', "SELECT COUNT(*) FROM inbound_message WHERE instrument = 'MASK-1'")).out)
const arrived = count => until(`${count} messages have not arrived`, async () => {
  const seen = await storedCount()
  return { done: seen >= count, seen }
})

test('without its database the server says so, goes on living, and serves again by itself', async () => {
  const { server, database } = lab.instance.services
  const { pid } = server
  await database.stop()
  for (const [verb, path, body] of [['GET', '/overview'], ['GET', '/samples'], ['POST', '/sessions', { login: 'analyst', password: 'x' }], ['POST', '/results', { rows: [{ test: 1, version: 1, value: '1' }] }]]) {
    const response = await analyst.fetch(verb, path, body)
    assert.equal(response.headers.get('content-type'), 'application/problem+json')
    const { code } = await response.json()
    assert.deepEqual([response.status, code, response.headers.get('retry-after')], [503, 'database_unavailable', '2'], `${verb} ${path}`)
  }
  assert.equal((await analyst.get('/health')).status, 'ok')
  await database.start()
  await until('the server does not find its database again', async () => {
    const { status } = await analyst.fetch('GET', '/overview')
    return { done: status === 200, seen: status }
  })
  assert.equal(server.pid, pid, 'the server is the same process')
})

test('without the server the gateway acknowledges and keeps; without the database as well', async () => {
  const before = await storedCount()
  for (const name of ['server', 'database']) {
    const service = lab.instance.services[name]
    await service.stop()
    for (let n = 0; n < 5; n += 1) assert.ok(await send())
    await service.start()
  }
  await arrived(before + 10)
  assert.equal(await storedCount(), before + 10)
})

test('on a full disk the gateway refuses and lives; what it acknowledged arrives; with room it takes again', async t => {
  if (!mounted) return t.skip('this account may not mount a small disk')
  const before = await storedCount()
  const { pid } = lab.instance.services.gateway
  let good = 0
  let refused = 0
  for (let n = 0; n < 40 && refused < 3; n += 1) {
    if (await send(200_000)) good += 1
    else refused += 1
  }
  assert.ok(good > 0 && refused === 3, `${good} acknowledged, ${refused} refused`)
  assert.equal(spawnSync('mount', ['-o', 'remount,size=64m', spool]).status, 0)
  assert.ok(await send(), 'with room a message is acknowledged')
  await arrived(before + good + 1)
  assert.equal(await storedCount(), before + good + 1, 'what was refused did not arrive')
  assert.equal(lab.instance.services.gateway.pid, pid, 'the gateway is the same process')
})
