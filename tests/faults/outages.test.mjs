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
  mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m,mode=700', 'tmpfs', spool]).status === 0
  await lab.instance.startGateway()
})
after(async () => {
  const stopped = lab?.instance.services.gateway?.stop()
  await stopped
  if (mounted) assert.equal(spawnSync('umount', [spool]).status, 0)
  await lab?.stop()
})

/**
 * Those that send over the network, and where a message of theirs takes more than its results. Of a message in frames each is on
 * disk before it is acknowledged, so it takes far more room than its bytes.
 */
const SENDERS = {
  mllp: {
    code: 'MASK-1', template: 'mask.hl7', values: { 细菌过滤效率: '99.1', 颗粒过滤效率: '62.4', 压力差: '38.6' }, much: 200_000,
    longer: (text, more) => `${text}NTE|1||${more}\n`
  },
  astm: {
    code: 'ICPMS-1', template: 'icpms.astm', values: { 铅: '0.42', 砷: '0.08', 汞: '0.011', 镉: '0.027' }, much: 20_000,
    longer: (text, more) => text.replace('\nL|', `\nC|1|I|${more}\nL|`)
  }
}
let sent = 0

/** One message; gives what the instrument was told. */
async function send(padding = 0, protocol = 'mllp') {
  const { code, template, values, longer } = SENDERS[protocol]
  const file = lab.instance.path('sent', String(sent += 1))
  const text = message(template, [{ barcode: `NOSUCH${sent}`, values }])
  writeFileSync(file, records(padding ? longer(text, 'x'.repeat(padding)) : text))
  const { out } = await run([program('touchstone-simulate'), protocol, '--to', `127.0.0.1:${lab.ports[code]}`, '--patience', '5000', file], { expect: [0, 1] })
  return JSON.parse(out).acknowledged
}

const storedCount = async (code = 'MASK-1') => Number((await lab.instance.sql('owner', `SELECT COUNT(*) FROM inbound_message WHERE instrument = '${code}'`)).out)
const arrived = (count, code = 'MASK-1') => until(`${count} messages have not arrived`, async () => {
  const seen = await storedCount(code)
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

for (const [protocol, { code, much }] of Object.entries(SENDERS)) {
  test(`on a full disk the gateway refuses and lives, over ${protocol}; what it acknowledged arrives; with room it takes again`, async t => {
    if (!mounted) return t.skip('this account may not mount a small disk')
    const room = size => assert.equal(spawnSync('mount', ['-o', `remount,size=${size}`, spool]).status, 0)
    const used = Number(spawnSync('df', ['--output=used', '-B1', spool], { encoding: 'utf8' }).stdout.split('\n')[1])
    room(used + (3 << 20))
    const before = await storedCount(code)
    const { pid } = lab.instance.services.gateway
    let good = 0
    let refused = 0
    for (let n = 0; n < 400 && refused < 3; n += 1) {
      if (await send(much, protocol)) good += 1
      else refused += 1
    }
    assert.ok(good > 0 && refused === 3, `${good} acknowledged, ${refused} refused`)
    room('64m')
    assert.ok(await send(0, protocol), 'with room a message is acknowledged')
    await arrived(before + good + 1, code)
    assert.equal(await storedCount(code), before + good + 1, 'what was refused did not arrive')
    assert.equal(lab.instance.services.gateway.pid, pid, 'the gateway is the same process')
  })
}
