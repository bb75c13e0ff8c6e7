// Certificates with a key in a device, a time stamp and validation data, by the server as a whole: what is issued, what
// waits while the authority is away, and what is said of it.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { finished, prepare, sign } from '../../deploy/demo/release.mjs'
import { Authority } from '../support/authority.mjs'
import { Scene } from './support/scene.mjs'

const MODULE = '/usr/lib/softhsm/libsofthsm2.so'
const PIN = '1234'

let authority
let scene

/** The settings of the section `signing`, as the server reads them from its environment. */
function configure(settings) {
  for (const [key, value] of Object.entries(settings)) process.env[`TOUCHSTONE_SIGNING_${key.toUpperCase()}`] = value
}

before(async () => {
  authority = await Authority.make('p256')
  mkdirSync(authority.path('tokens'))
  writeFileSync(authority.path('softhsm2.conf'), `directories.tokendir = ${authority.path('tokens')}\n`)
  writeFileSync(authority.path('pin'), `${PIN}\n`)
  process.env.SOFTHSM2_CONF = authority.path('softhsm2.conf')
  await authority.call(['token', MODULE])
  configure({
    certificate: authority.path('signer.pem'), roots: authority.path('root.pem'),
    pkcs11_module: MODULE, pkcs11_token: 'touchstone-test', pkcs11_label: 'signer', pkcs11_pin_file: authority.path('pin'),
    timestamp_url: `${authority.url}/stamp`, timestamp_roots: authority.path('tsa-root.pem'), validation: 'true'
  })
  scene = await Scene.open()
})
after(async () => {
  await scene?.close()
  await authority?.close()
})

async function checked() {
  const [number] = await scene.register()
  await scene.type(number)
  await scene.submit(number)
  await scene.check(number)
  return number
}

async function release() {
  const [{ number }] = await scene.release([await checked()])
  return number
}

/** Signed, but not waited for: the row of the release once it has a reason. */
async function releaseInVain() {
  const job = await prepare(scene.signatory, [await checked()])
  await sign(scene.signatory, job, scene.password('signatory'))
  const [row] = await finished(scene.signatory, job)
  return row
}

async function issued(number) {
  const end = Date.now() + 60_000
  while (Date.now() < end) {
    if ((await scene.signatory.get(`/certificates/${number}`)).status === 'issued') return
    await pause(250)
  }
  assert.fail(`${number} was not issued: ${JSON.stringify((await scene.signatory.get('/overview')).signing)}`)
}

test('a certificate is stamped and carries what proves it', async () => {
  const number = await release()
  await issued(number)
  const file = authority.path('one.pdf')
  const pdf = await scene.signatory.bytes(`/certificates/${number}/file`)
  writeFileSync(file, pdf)
  const said = JSON.parse((await scene.lab.instance.touchstone(['certificate', 'verify', file, '--json'])).out)
  assert.equal(said.holds, true, said.problem)
  assert.deepEqual([said.integrity, said.identity, said.time.source, said.time.authority, said.status, said.level],
    ['intact', { trusted: true, signer: 'TEST signer' }, 'time_stamp', 'TEST tsa', 'good', 'B-LT'])
  const text = (await scene.lab.instance.touchstone(['certificate', 'verify', file])).out
  for (const word of ['integrity   intact', 'identity    trusted', 'time        time_stamp', 'status      good']) assert.match(text, new RegExp(word))

  const cut = Buffer.concat([Buffer.from(pdf), Buffer.from('\n')])
  writeFileSync(file, cut)
  const changed = JSON.parse((await scene.lab.instance.touchstone(['certificate', 'verify', file, '--json'], { expect: [4] })).out)
  assert.deepEqual([changed.integrity, changed.holds], ['changed', false])
})

test('while the authority is away a certificate waits and says why, and everything else goes on', async () => {
  authority.away = true
  const { certificate: number, state, message } = await releaseInVain()
  assert.equal(state, 'failed')
  assert.match(message, /status 503/)
  const { signing } = await scene.signatory.get('/overview')
  assert.match(signing.waiting ?? '', /status 503/)
  assert.equal((await scene.signatory.get(`/certificates/${number}`)).status, 'drawing')
  const metrics = await (await scene.admin.fetch('GET', '/metrics')).text()
  assert.match(metrics, /touchstone_issuing_blocked_seconds\{reason="[^"]*status 503"\} /)
  assert.match(metrics, /touchstone_signing_certificate_left_seconds\{signer="TEST signer"\} 3\d{7}/)
  await checked()

  authority.away = false
  scene.lab.kill('server')
  await scene.lab.back('server')
  await issued(number)
  assert.equal((await scene.signatory.get('/overview')).signing.waiting, null)
})
