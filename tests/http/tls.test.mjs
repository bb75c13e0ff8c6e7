// TLS of the server's own, machines that act by certificates, and what is believed of a reverse proxy.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { connect } from 'node:tls'
import { until } from '../../deploy/demo/demand.mjs'
import { program, run } from '../../deploy/demo/instance.mjs'
import { ClientAuthority, fingerprintOf } from '../support/clientAuthority.mjs'
import { Scene } from './support/scene.mjs'
import { Caller, startBeside } from './support/tlsServer.mjs'

const HEADER = 'x-client-certificate-sha256'
const PASSWORD = 'long enough 123'
let scene, machines, foreign, tls, proxied, ca, chief, expiring
before(async () => {
  scene = await Scene.open()
  machines = await ClientAuthority.make(scene.lab.folder, 'machines')
  foreign = await ClientAuthority.make(scene.lab.folder, 'foreign')
  const server = await machines.server('server')
  ca = machines.file
  tls = await startBeside(scene.lab, { tls_certificate: server.certFile, tls_key: server.keyFile, client_roots: ca })
  proxied = await startBeside(scene.lab, { trusted_proxies: '127.0.0.9', client_certificate_header: HEADER })
  const { organisation } = await scene.regulator.get('/sessions/current')
  await scene.admin.post('/users', { login: 'chief', name: '监管管理员', password: PASSWORD, roles: ['regulator', 'organisation_administrator'], organisation })
  chief = await signedIn('chief', PASSWORD)
  expiring = await machines.client('expiring', { seconds: 8 })
  await add(expiring)
})
after(async () => {
  await proxied?.stop()
  await tls?.stop()
  await scene?.close()
})

const trust = () => ({ ca: readFileSync(ca) })
/** Over TLS, with the certificate of a machine if one is given. */
function over({ cert, key } = {}, options = {}) {
  return new Caller('https', tls.port, { ...trust(), ...(cert && { cert, key }), ...options })
}
/** A person at the TLS port: what is revoked there is refused there at once. */
async function signedIn(login, password) {
  const response = await over().fetch('POST', '/sessions', { login, password })
  assert.equal(response.status, 201, await response.clone().text())
  const cookie = response.headers.get('set-cookie').split(';')[0]
  return new Caller('https', tls.port, trust(), { cookie, 'X-Touchstone': '1' })
}
const add = (machine, given = {}) => chief.post('/machines/certificates', { login: 'regulator', label: '对接', scopes: ['portal'], pem: machine.cert, reason: '对接', ...given })
const revoke = machine => chief.post('/machines/certificates/revoke', { fingerprint: fingerprintOf(machine.cert), reason: '密钥泄露' })
const listed = async machine => (await chief.get('/machines/certificates')).items.find(({ fingerprint }) => fingerprint === fingerprintOf(machine.cert))
async function said(who, verb, path, body, headers) {
  const response = await who.fetch(verb, path, body, headers)
  const text = await response.text()
  return [response.status, text && response.status >= 400 ? JSON.parse(text).code : '']
}
const asks = async (machine, path = '/portal/certificates') => said(over(machine), 'GET', path)

test('pages and the API come over TLS 1.2 or later, with HSTS and Secure cookies; plain HTTP says neither', async () => {
  const response = await over().raw('GET', '/')
  assert.equal(response.status, 200)
  assert.match(response.headers.get('strict-transport-security'), /^max-age=31536000/)
  const session = await over().fetch('POST', '/sessions', { login: 'chief', password: PASSWORD })
  assert.match(session.headers.get('set-cookie'), /; Secure$/)
  assert.match(session.headers.get('strict-transport-security'), /^max-age=/)
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3']) assert.equal((await over({}, { maxVersion }).fetch('GET', '/health')).status, 200, maxVersion)
  const weak = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }
  await assert.rejects(over({}, weak).fetch('GET', '/health'))
  const plain = await fetch(`${scene.lab.url}/`)
  assert.equal(plain.headers.get('strict-transport-security'), null)
  await assert.rejects(new Caller('http', tls.port).fetch('GET', '/health'))
})

test('openssl sees TLS 1.3 and the server\'s certificate verified', async () => {
  const { out, err } = await run(['openssl', 's_client', '-connect', `127.0.0.1:${tls.port}`, '-CAfile', ca, '-brief'], { input: '' })
  assert.match(out + err, /Protocol version: TLSv1\.3/)
  assert.match(out + err, /Verification: OK/)
})

test('a renewed certificate is shown from the next connection on; half of one changes nothing', async () => {
  const files = await machines.server('renewed')
  const [cert, key] = [join(scene.lab.folder, 'renewed.pem'), join(scene.lab.folder, 'renewed.key')]
  const put = (file, text) => {
    writeFileSync(`${file}.new`, text)
    renameSync(`${file}.new`, file)
  }
  put(cert, files.cert)
  put(key, files.key)
  const server = await startBeside(scene.lab, { tls_certificate: cert, tls_key: key })
  try {
    const shown = () => new Promise((answered, failed) => {
      const socket = connect({ host: '127.0.0.1', port: server.port, ...trust() }, () => {
        answered(socket.getPeerCertificate().subject.CN)
        socket.destroy()
      }).once('error', failed)
    })
    assert.equal(await shown(), 'renewed')
    const next = await machines.server('next')
    put(key, next.key)
    assert.equal(await shown(), 'renewed', 'the key came first')
    put(cert, next.cert)
    assert.equal(await shown(), 'next')
    put(cert, 'no certificate')
    assert.equal(await shown(), 'next')
    rmSync(cert)
    assert.equal(await shown(), 'next')
    put(cert, files.cert)
    put(key, files.key)
    assert.equal(await shown(), 'renewed')
  } finally {
    await server.stop()
  }
})

test('a machine acts by its certificate, within its scopes, until it is revoked for good', async () => {
  const machine = await machines.client('platform')
  assert.deepEqual(await asks(machine), [401, 'certificate_unknown'])
  await add(machine)
  assert.equal((await listed(machine)).last_seen_at, null)
  const mine = over(machine)
  const session = await mine.get('/sessions/current')
  assert.deepEqual([session.login, session.expires_at], ['regulator', (await listed(machine)).expires_at])
  assert.deepEqual(await asks(machine), [200, ''])
  assert.notEqual((await listed(machine)).last_seen_at, null, 'its last use is noted')
  for (const [verb, path] of [['DELETE', '/sessions/current'], ['GET', '/portal/feed'], ['GET', '/users'], ['GET', '/overview']]) {
    const answer = await said(mine, verb, path)
    assert.ok(answer[1] === 'out_of_scope' || (path === '/portal/feed' && answer[0] === 404), `${path} ${answer}`)
  }
  assert.deepEqual(await said(over(machine), 'GET', '/portal/certificates', undefined, { authorization: 'Bearer wrong' }), [401, 'not_signed_in'], 'a token that is said counts')
  await revoke(machine)
  assert.deepEqual(await asks(machine), [401, 'certificate_revoked'])
  assert.notEqual((await listed(machine)).revoked_at, null)
  assert.deepEqual(await said(chief, 'POST', '/machines/certificates', { login: 'regulator', label: '再来', scopes: ['portal'], pem: machine.cert, reason: '再来' }), [422, 'invalid'])
  assert.deepEqual(await said(chief, 'POST', '/machines/certificates/revoke', { fingerprint: fingerprintOf(machine.cert), reason: '再来' }), [404, 'not_found'])
})

test('a session that is resumed is of the same machine, and ends with its certificate', async () => {
  const machine = await machines.client('resuming')
  await add(machine)
  /** One request over a connection of its own: its answer, whether it resumed the session, and the session to resume next. */
  const resumed = session => new Promise((answered, failed) => {
    let said = '', ticket, again
    const socket = connect({ host: '127.0.0.1', port: tls.port, ...trust(), ...machine, session }, () => {
      again = socket.isSessionReused()
      socket.write('GET /api/v1/sessions/current HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    })
    socket.on('session', given => (ticket = given)).on('data', chunk => (said += chunk)).once('error', failed)
    socket.once('close', () => answered({ status: said.slice(9, 12), login: /"login":"(\w+)"/.exec(said)?.[1], again, ticket }))
  })
  const first = await resumed()
  assert.deepEqual([first.status, first.login, first.again], ['200', 'regulator', false])
  const second = await resumed(first.ticket)
  assert.deepEqual([second.status, second.login, second.again], ['200', 'regulator', true])
  await revoke(machine)
  assert.equal((await resumed(first.ticket)).status, '401')
})

test('one of another authority ends the handshake, whatever is registered', async () => {
  const stranger = await foreign.client('stranger')
  await scene.admin.post('/machines/certificates', { login: 'regulator', label: '外来', scopes: ['portal'], pem: stranger.cert, reason: '经由代理' })
  await assert.rejects(asks(stranger), /alert|ECONNRESET|hang up|EPIPE/)
  assert.equal((await chief.get('/machines/certificates')).items.length >= 1, true, 'the server goes on')
})

test('without a certificate everything is as it was', async () => {
  assert.deepEqual(await asks(undefined), [401, 'not_signed_in'])
  assert.deepEqual(await said(chief, 'GET', '/portal/certificates'), [200, ''])
})

test('what is uploaded must be a client\'s certificate of a trusted authority, of an account of one\'s own that has the role', async () => {
  const stranger = await foreign.client('another')
  const server = await machines.server('no-client')
  const short = await machines.client('short', { seconds: -1 })
  const good = await machines.client('good')
  const problem = async given => {
    const response = await chief.fetch('POST', '/machines/certificates', { login: 'regulator', label: 'x', scopes: ['portal'], pem: good.cert, reason: '试试', ...given })
    const { code, errors = [] } = await response.json()
    return [code, ...errors.map(({ field, code }) => `${field} ${code}`)]
  }
  assert.deepEqual(await problem({ pem: stranger.cert }), ['invalid', 'pem not_trusted'])
  assert.deepEqual(await problem({ pem: server.cert }), ['invalid', 'pem not_for_clients'])
  assert.deepEqual(await problem({ pem: short.cert }), ['invalid', 'pem certificate_expired'])
  assert.deepEqual(await problem({ pem: 'no certificate' }), ['invalid', 'pem not_a_certificate'])
  assert.deepEqual(await problem({ pem: good.key }), ['invalid', 'pem not_a_certificate'])
  assert.deepEqual(await problem({ scopes: ['intake'] }), ['invalid', 'scopes.0 no_right'])
  assert.deepEqual(await problem({ login: 'analyst' }), ['not_found'])
  const own = await scene.admin.post('/machines/certificates', { login: 'gateway', label: '网关', scopes: ['intake'], pem: good.cert, reason: '网关' })
  assert.ok(own.items.some(({ login }) => login === 'gateway'))
  assert.ok(!(await listed(good)), 'another organisation\'s are not shown')
  assert.deepEqual(await said(chief, 'POST', '/machines/certificates/revoke', { fingerprint: fingerprintOf(good.cert), reason: '试试' }), [404, 'not_found'])
  assert.deepEqual(await asks(good, '/gateways/configuration'), [200, ''])
})

test('a gateway is let in by a certificate of its own, without a token', async () => {
  const machine = await machines.client('own-gateway')
  await scene.admin.post('/machines/certificates', { login: 'gateway', label: '网关证书', scopes: ['intake'], pem: machine.cert, reason: '网关' })
  const folder = join(scene.lab.folder, 'own-gateway')
  mkdirSync(folder)
  writeFileSync(join(folder, 'gateway.ini'), `[server]\nurl = https://127.0.0.1:${tls.port}\nca_file = ${ca}\n` +
    `certificate_file = ${machine.certFile}\nkey_file = ${machine.keyFile}\n[spool]\nfolder = ${folder}\n[status]\nfile = ${folder}/status.json\n` +
    '[instrument.ICPMS-1]\nprotocol = astm\nlisten = 127.0.0.1:0\n')
  const gateway = spawn(program('touchstone-gateway'), ['run', '--config', join(folder, 'gateway.ini')], { stdio: 'ignore' })
  try {
    await until('its report', async () => {
      const seen = (await scene.admin.get('/gateways')).items.find(({ login }) => login === 'gateway')
      return { done: Boolean(seen?.report), seen }
    })
  } finally {
    gateway.kill()
  }
})

test('a disabled account does not act by its certificate', async () => {
  const machine = await machines.client('of-second')
  await chief.post('/users', { login: 'second', name: '第二人', password: PASSWORD, roles: ['regulator'] })
  await add(machine, { login: 'second' })
  assert.deepEqual(await asks(machine), [200, ''])
  await chief.post('/users/second/disable', { reason: '离职' })
  assert.deepEqual(await asks(machine), [401, 'not_signed_in'])
})

test('a page of another site cannot act by the certificate of a browser', async () => {
  const machine = await machines.client('browser')
  await scene.admin.post('/machines/certificates', { login: 'gateway', label: '网关', scopes: ['intake'], pem: machine.cert, reason: '网关' })
  const mine = over(machine)
  const report = headers => said(mine, 'POST', '/intake/messages', {}, headers)
  assert.deepEqual(await report({}), [422, 'invalid'], 'a program gets as far as its body')
  assert.deepEqual(await report({ origin: 'https://elsewhere.example' }), [403, 'cross_site'])
})

test('one that has expired is told so', async () => {
  const { expires_at: end } = await listed(expiring)
  await pause(Math.max(0, Date.parse(end) - Date.now() + 100))
  assert.deepEqual(await asks(expiring), [401, 'certificate_expired'])
  const unregistered = await machines.client('expired-stranger', { seconds: -1 })
  assert.deepEqual(await asks(unregistered), [401, 'certificate_unknown'])
})

test('a certificate in a header is believed from the trusted proxy and from nobody else', async () => {
  const machine = await machines.client('behind')
  await add(machine)
  const at = (localAddress, headers) => said(new Caller('http', proxied.port, { localAddress }, headers), 'GET', '/portal/certificates')
  const fingerprint = fingerprintOf(machine.cert)
  assert.deepEqual(await at('127.0.0.9', { [HEADER]: fingerprint }), [200, ''])
  assert.deepEqual(await at('127.0.0.9', { [HEADER]: encodeURIComponent(machine.cert) }), [200, ''], 'as nginx escapes it')
  assert.deepEqual(await at('127.0.0.1', { [HEADER]: fingerprint }), [401, 'not_signed_in'])
  assert.deepEqual(await at('127.0.0.1', { [HEADER]: fingerprint, 'x-forwarded-for': '127.0.0.9' }), [401, 'not_signed_in'])
  assert.deepEqual(await at('127.0.0.9', { [HEADER]: '' }), [401, 'not_signed_in'])
  assert.deepEqual(await at('127.0.0.9', { [HEADER]: '0'.repeat(64) }), [401, 'certificate_unknown'])
  assert.deepEqual(await said(new Caller('https', tls.port, trust(), { [HEADER]: fingerprint }), 'GET', '/portal/certificates'), [401, 'not_signed_in'])
})

test('limits and the trail have the address that the trusted proxy names', async () => {
  const at = (localAddress, from, body) => new Caller('http', proxied.port, { localAddress }, { 'x-forwarded-for': from }).fetch('POST', '/sessions', body)
  const enter = { login: 'quality', password: scene.password('quality') }
  assert.equal((await at('127.0.0.9', '203.0.113.66, 192.0.2.7', enter)).status, 201)
  assert.equal((await at('127.0.0.4', '192.0.2.8', enter)).status, 201)
  const origins = (await scene.quality.get('/trail?subject_kind=person&subject=quality')).items.map(({ origin }) => origin)
  assert.deepEqual(origins.slice(0, 2), ['127.0.0.4', '192.0.2.7'])
  let refused = 0
  for (let i = 0; i < 125; i++) refused += (await at('127.0.0.9', '192.0.2.9', {})).status === 429 ? 1 : 0
  assert.ok(refused > 0)
  assert.notEqual((await at('127.0.0.9', '192.0.2.10', {})).status, 429, 'another caller behind the same proxy goes on')
})

test('settings that would leave out TLS by mistake are refused', async () => {
  const server = await machines.server('half')
  for (const settings of [{ tls_certificate: server.certFile }, { tls_certificate: server.certFile, tls_key: (await machines.server('other')).keyFile },
    { tls_certificate: '/nowhere.pem', tls_key: server.keyFile }, { tls_certificate: server.certFile, tls_key: server.keyFile, client_roots: server.keyFile },
    { trusted_proxies: 'proxy.example' }]) {
    await assert.rejects(startBeside(scene.lab, settings), /the server ended with [1-9]/, JSON.stringify(settings))
  }
})

test('every registration and revocation is in the trail with its reason', async () => {
  const { items } = await scene.quality.get('/trail?subject_kind=person&subject=regulator')
  for (const [action, reason] of [['person.add_certificate', '对接'], ['person.revoke_certificate', '密钥泄露']]) {
    assert.ok(items.some(item => item.action === action && item.reason === reason), action)
  }
})
