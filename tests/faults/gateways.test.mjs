// Gateways seen from the server, over real server, gateway and wire: status, configuration that comes from the server and
// outlives it, instruments that a gateway may not bring, tokens with an overlap, TLS between the two.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:https'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { until } from '../../deploy/demo/demand.mjs'
import { freePort } from '../../deploy/demo/files.mjs'
import { message, send } from '../../deploy/demo/instruments.mjs'
import { startInstance } from '../support/instance.mjs'

const METALS = { 铅: '0.42', 砷: '0.08', 汞: '0.011', 镉: '0.027' }
let lab
let admin
before(async () => {
  lab = await startInstance({ gateway: true })
  admin = await lab.login('admin')
})
after(() => lab?.stop())

const gateway = async () => (await admin.get('/gateways')).items.find(({ login }) => login === 'gateway')
const section = (code, port, more = '') => `[instrument.${code}]\nprotocol = astm\nlisten = 127.0.0.1:${port}\n${more}`
const statusFile = () => JSON.parse(readFileSync(lab.instance.path('gateway.json'), 'utf8'))

async function save(text) {
  const { items: [newest] } = await admin.get('/gateways/gateway/configurations')
  return (await admin.post('/gateways/gateway/configurations', { base: newest?.version ?? 0, text, reason: '测试' })).version
}

const runs = version => until(`version ${version} runs`, async () => {
  const { report } = await gateway()
  return { done: report?.configuration === version, seen: report && `${report.configuration} ${report.configuration_fault}` }
})

/** The server remembers for 5 seconds who may bring what. */
const forgotten = () => new Promise(resolve => setTimeout(resolve, 5_100))

const listens = port => new Promise(resolve => {
  const socket = connect(port, '127.0.0.1', () => {
    socket.destroy()
    resolve(true)
  })
  socket.once('error', () => resolve(false))
})

test('a gateway is seen with its instruments, and nothing secret of it', async () => {
  const seen = await until('its status', async () => {
    const seen = await gateway()
    return { done: seen.state === 'current', seen }
  }).then(() => gateway())
  assert.deepEqual(seen.report.instruments.map(({ code, protocol }) => `${code} ${protocol}`), ['BAL-1 sics', 'HPLC-1 file', 'ICPMS-1 astm', 'MASK-1 mllp'])
  assert.equal(seen.report.configuration, null)
  assert.ok(seen.report.disk_free > 0)
  assert.ok(!JSON.stringify([seen, statusFile()]).includes(readFileSync(lab.tokenFile, 'utf8').trim()))
})

test('a configuration saved on the server opens a new line, and leaves the others alone', async () => {
  const fresh = await freePort()
  const version = await save(section('ICPMS-1', lab.ports['ICPMS-1']) + section('NEW-1', fresh))
  await runs(version)
  assert.ok(await listens(fresh))
  assert.ok(!await listens(lab.ports['MASK-1']), 'what is not in it is closed')
  lab.fresh = fresh
})

test('what the gateway would not understand is refused with section, key and line', async () => {
  const response = await admin.fetch('POST', '/gateways/gateway/configurations', { base: 1, reason: '测试', text: '[instrument.A]\nprotocol = astm\nlisten = 4001\n[instrument.B]\nprotocol = pigeon\n' })
  const { errors } = await response.json()
  assert.equal(response.status, 422)
  assert.deepEqual(errors.map(({ field, row, code }) => [field, row, code]), [['instrument.A.listen', 2, 'wrong_setting'], ['instrument.B.protocol', 4, 'not_one_of']])
})

test('somebody who edited an older version is told', async () => {
  const response = await admin.fetch('POST', '/gateways/gateway/configurations', { base: 0, reason: '测试', text: section('A', 1) })
  assert.deepEqual([response.status, (await response.json()).code], [409, 'conflict'])
})

test('a port that is taken is told of, and the lines that there were go on', async () => {
  const before = (await gateway()).report.configuration
  const version = await save(section('ICPMS-1', lab.ports['ICPMS-1']) + section('NEW-1', lab.instance.ports.http))
  await until('its fault', async () => {
    const { report } = await gateway()
    return { done: report.configuration_fault.startsWith(`version ${version}: NEW-1`), seen: report.configuration_fault }
  })
  assert.equal((await gateway()).report.configuration, before)
  assert.ok(await listens(lab.fresh))
})

test('while the server is away the gateway starts with the last configuration that was good', async () => {
  await lab.instance.services.server.stop()
  lab.kill('gateway')
  await lab.back('gateway')
  assert.equal(statusFile().configuration, 1)
  assert.ok(await listens(lab.fresh))
  await lab.instance.startServer()
  admin = await lab.login('admin')
})

test('a message for an instrument that the gateway may not bring is held, with its bytes', async () => {
  await runs(1)
  await admin.post('/gateways/gateway/instruments', { instruments: ['MASK-1'], reason: '只接一台' })
  await forgotten()
  await send(lab.instance, 'astm', 'ICPMS-1', message('icpms.astm', [{ barcode: 'ANY', values: METALS }]))
  const analyst = await lab.login('analyst')
  const [held] = await until('it is held', async () => {
    const { items } = await analyst.get('/intake/messages?reason=foreign_gateway')
    return { done: items.length === 1, seen: items }
  }).then(async () => (await analyst.get('/intake/messages?reason=foreign_gateway')).items)
  assert.deepEqual([held.instrument, held.state, held.detail, held.imported], ['ICPMS-1', 'held', 'gateway', 0])
  assert.ok(held.bytes > 0)
  await admin.post('/gateways/gateway/instruments', { reason: '恢复' })
  await forgotten()
  assert.deepEqual((await gateway()).may_bring, [])
})

test('a token is replaced while the old one is still good, and revoked at once; all of it in the trail', async () => {
  const old = readFileSync(lab.tokenFile, 'utf8').trim()
  const asks = async token => (await fetch(`${lab.url}/api/v1/gateways/configuration`, { headers: { authorization: `Bearer ${token}` } })).status
  const { token } = await admin.post('/users/gateway/tokens', { overlap_minutes: 60, reason: '定期更换' })
  assert.deepEqual([await asks(old), await asks(token)], [200, 200])
  const { items } = await admin.get('/users/gateway/tokens')
  assert.equal(items.length, 2)
  const ending = items.find(({ expires_at: at }) => Date.parse(at) < Date.now() + 61 * 60_000)
  await admin.post('/users/gateway/tokens/revoke', { token: ending.id, reason: '已换完' })
  assert.deepEqual([await asks(old), await asks(token)], [401, 200])
  writeFileSync(lab.tokenFile, token)
  const quality = await lab.login('quality')
  const actions = (await quality.get('/trail?limit=100')).items.map(({ action }) => action)
  for (const action of ['gateway.configure', 'gateway.allow', 'person.rotate_token', 'person.revoke_token']) assert.ok(actions.includes(action), action)
  assert.ok(!actions.some(action => action.startsWith('gateway.report')), 'telemetry is not')
  const other = await admin.fetch('POST', '/users/analyst/tokens', { overlap_minutes: 0, reason: '冒用' })
  assert.equal(other.status, 404, 'nobody acts in a person\'s name')
})

test('figures are told in the format of Prometheus, by the server and by the gateway itself', async () => {
  const port = await freePort()
  const file = lab.instance.path('gateway.ini')
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^\[status\]$/m, `[status]\nlisten = 127.0.0.1:${port}`))
  lab.kill('gateway')
  await lab.back('gateway')
  const own = await fetch(`http://127.0.0.1:${port}/metrics`)
  assert.equal(own.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  const LINE = /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+="(\\["\\n]|[^"\\\n])*"(,[a-z_]+="(\\["\\n]|[^"\\\n])*")*\})? -?[0-9.e+-]+)$/
  const server = await admin.fetch('GET', '/metrics')
  for (const [text, names] of [[await own.text(), ['touchstone_gateway_pending_messages', 'touchstone_gateway_connections{instrument="ICPMS-1"}']],
    [await server.text(), ['touchstone_messages{state="held"}', 'touchstone_held_messages{reason="foreign_gateway"} 1', 'touchstone_sql_calls_total{statement="message_insert', 'touchstone_gateway_silence_seconds{gateway="gateway"}']]]) {
    for (const line of text.trimEnd().split('\n')) assert.match(line, LINE)
    for (const name of names) assert.ok(text.includes(name), `${name} in\n${text}`)
  }
  assert.equal((await fetch(`http://127.0.0.1:${port}/status`).then(answer => answer.json())).configuration, 1)
  assert.equal((await fetch(`http://127.0.0.1:${port}/status`, { method: 'POST' })).status, 405)
  assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 404)
})

test('over TLS the gateway speaks to the server whose authority it knows, and to no other', async () => {
  const path = name => lab.instance.path(name)
  const openssl = (...words) => execFileSync('openssl', words, { stdio: 'pipe' })
  for (const [key, certificate] of [['ca.key', 'ca.pem'], ['other.key', 'other.pem']]) {
    openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=Test authority', '-keyout', path(key), '-out', path(certificate))
  }
  openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=localhost', '-keyout', path('tls.key'), '-out', path('tls.csr'))
  writeFileSync(path('tls.ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n')
  openssl('x509', '-req', '-in', path('tls.csr'), '-CA', path('ca.pem'), '-CAkey', path('ca.key'), '-CAcreateserial', '-days', '2', '-extfile', path('tls.ext'), '-out', path('tls.pem'))
  let served = 0
  const terminator = createServer({ key: readFileSync(path('tls.key')), cert: readFileSync(path('tls.pem')) }, (asked, answer) => {
    served += 1
    const onward = request({ port: lab.ports.http, method: asked.method, path: asked.url, headers: asked.headers }, answered => {
      answer.writeHead(answered.statusCode, answered.headers)
      answered.pipe(answer)
    })
    onward.once('error', () => answer.destroy())
    asked.pipe(onward)
  })
  await new Promise(listening => terminator.listen(0, '127.0.0.1', listening))
  try {
    const file = path('gateway.ini')
    const plain = readFileSync(file, 'utf8')
    const over = async ca => {
      writeFileSync(file, plain.replace(/^url.*$/m, `url = https://localhost:${terminator.address().port}\nca_file = ${path(ca)}`))
      lab.kill('gateway')
      await lab.back('gateway')
    }
    const started = async () => (await gateway()).report.started_at
    const before = await started()
    await over('other.pem')
    await until('it is refused', async () => ({ done: readFileSync(path('log/gateway.log'), 'utf8').includes('ertificate'), seen: 'nothing' }))
    assert.deepEqual([served, await started()], [0, before])
    await over('ca.pem')
    await until('its status', async () => ({ done: await started() !== before, seen: served }))
    await send(lab.instance, 'astm', 'ICPMS-1', message('icpms.astm', [{ barcode: 'OVERTLS', values: METALS }]))
    const analyst = await lab.login('analyst')
    await until('the message', async () => {
      const { items } = await analyst.get('/intake/messages?reason=unknown_specimen')
      return { done: items.length > 0, seen: items }
    })
    assert.ok(served > 0)
  } finally {
    terminator.closeAllConnections?.()
    terminator.close()
  }
})
