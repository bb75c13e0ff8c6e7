// Subscriptions by mail: confirmed by a link, told once of each change, whatever dies and whoever refuses.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Api } from '../../deploy/demo/api.mjs'
import { MailServer, ownCertificate } from '../support/smtp.mjs'
import { newSample, Scene } from './support/scene.mjs'

const PASSWORD = 'long enough 1'
let folder
let post
let scene
let county
let neighbour

/** A regulator of a region of its own. */
async function regulatorOf(region) {
  await scene.lab.instance.sql('owner', `INSERT INTO organisation (code, name, kind, region_code) VALUES ('R${region}', '${region}监管局', 'regulator', '${region}')`)
  await scene.admin.post('/users', { login: `regulator.${region}`, name: '监管人员', password: PASSWORD, roles: ['regulator'], organisation: `R${region}` })
  return Api.signIn(scene.lab.url, `regulator.${region}`, PASSWORD)
}

/** Certificates of county 990102. */
async function released(count) {
  const { accepted } = await scene.technician.post('/samples', { rows: Array.from({ length: count }, () => newSample()) })
  const numbers = accepted.map(({ number }) => number)
  for (const number of numbers) for (const step of ['type', 'submit', 'check']) await scene[step](number)
  return (await scene.release(numbers)).map(({ number }) => number)
}

const linkIn = ({ text }) => /\/subscription\/(\S+)/.exec(text)[1]
const to = address => mail => mail.to === address
const numbersIn = mails => mails.flatMap(({ text }) => text.match(/^BG\d+/gm) ?? [])
const follow = link => scene.anyone.fetch('POST', `/public/subscriptions/${link}`)

async function subscribe(who, address, given = {}) {
  const { id } = await who.post('/portal/subscriptions', { address, ...given })
  const [mail] = await post.received(1, to(address))
  assert.equal((await follow(linkIn(mail))).status, 200)
  return id
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'touchstone-mail-'))
  const tls = ownCertificate()
  writeFileSync(join(folder, 'roots.pem'), tls.cert)
  writeFileSync(join(folder, 'password'), '密 secret\n')
  post = await new MailServer({ tls, account: { user: 'touchstone', password: '密 secret' } }).listen()
  scene = await Scene.open({ mail: { host: '127.0.0.1', port: post.port, security: 'starttls', user: 'touchstone', password_file: join(folder, 'password'),
    from: 'lims@example.cn', roots: join(folder, 'roots.pem'), timeout_seconds: 2, retry_seconds: 1, digest_seconds: 0 } })
  county = await regulatorOf('990102')
  neighbour = await regulatorOf('990103')
})
after(async () => {
  await scene?.close()
  await post?.close()
  if (folder) rmSync(folder, { recursive: true, force: true })
})

test('a subscription begins when the link of its mail is followed, and what a link does is shown before', async () => {
  const { id, state } = await county.post('/portal/subscriptions', { address: 'first@example.cn' })
  assert.equal(state, 'waiting')
  const [mail] = await post.received(1, to('first@example.cn'))
  assert.equal(mail.from, 'lims@example.cn')
  assert.match(mail.subject, /请确认/)
  assert.equal(mail.head['list-unsubscribe'], undefined)
  const link = linkIn(mail)
  assert.match(link, /^c\d+-[A-Za-z0-9_-]{22}$/)
  assert.deepEqual(await (await scene.anyone.fetch('GET', `/public/subscriptions/${link}`)).json(), { act: 'confirm', address: 'first@example.cn', state: 'waiting' })
  assert.equal((await county.get('/portal/subscriptions')).items[0].state, 'waiting', 'looking is not following')
  for (const wrong of [link.replace(/^c/, 'e'), link.slice(0, -1), `${link}A`, 'c1-', 'x', 'c99999999999999999999-AAAAAAAAAAAAAAAAAAAAAA']) assert.equal((await follow(wrong)).status, 404, wrong)
  for (let time = 0; time < 2; ++time) assert.deepEqual(await (await follow(link)).json(), { act: 'confirm', address: 'first@example.cn', state: 'active' })
  const { items, sending } = await county.get('/portal/subscriptions')
  assert.deepEqual([sending, items.map(one => [one.id, one.state, one.last_mail])], [true, [[id, 'active', 'sent']]])
  const { items: trail } = await scene.quality.get(`/trail?subject_kind=subscription&subject=${id}`)
  assert.deepEqual(trail.map(({ action }) => action), ['subscription.confirm', 'subscription.make'])
})

test('a digest tells number, product, verdict, status and link of the region, once, and a neighbour hears nothing', async () => {
  await subscribe(neighbour, 'neighbour@example.cn')
  const issued = await released(3)
  const digests = await post.received(1, mail => mail.to === 'first@example.cn' && mail.subject.includes('更新'))
  assert.deepEqual(numbersIn(digests).sort(), [...issued].sort())
  const [{ text, head, raw }] = digests
  assert.match(text, /^BG\d+ {2}\S+ {2}符合规定 {2}已签发$/m)
  assert.ok(text.includes(`${scene.lab.url}/portal?q=${issued[0]}`))
  assert.match(head['list-unsubscribe'], /^<http:.*\/subscription\/e\d+-[A-Za-z0-9_-]{22}>$/)
  assert.ok(raw.split('\r\n').every(line => line.length <= 200 && !/[\r\n\0\u0080-\uffff]/.test(line)), 'ASCII lines, no bare line ends')
  await pause(2500)
  assert.deepEqual(numbersIn(post.mails.filter(to('first@example.cn'))).sort(), [...issued].sort())
  assert.equal(post.mails.filter(to('neighbour@example.cn')).length, 1)
})

test('a filter narrows what is told, can be changed by its owner alone, and nobody sees those of others', async () => {
  const id = await subscribe(county, 'failing@example.cn', { verdict: 'fails', language: 'en' })
  const body = { verdict: 'conforms' }
  assert.equal((await neighbour.fetch('POST', `/portal/subscriptions/${id}`, body)).status, 404)
  assert.equal((await neighbour.fetch('DELETE', `/portal/subscriptions/${id}`)).status, 404)
  assert.ok(!(await neighbour.get('/portal/subscriptions')).items.some(one => one.id === id))
  const [conforming] = await released(1)
  await post.received(1, mail => mail.to === 'first@example.cn' && mail.text.includes(conforming))
  const [failing] = await scene.fail()
  const [{ text, subject }] = await post.received(1, mail => mail.to === 'failing@example.cn' && /changes/.test(mail.subject))
  assert.equal(subject, 'Certificates of the region: 1 changes')
  assert.deepEqual(text.match(/^BG\d+/gm), [failing])
  assert.match(text, /does not conform {2}issued/)
  assert.deepEqual((await county.post(`/portal/subscriptions/${id}`, body)).filter, body)
  const [later] = await released(1)
  await post.received(1, mail => mail.to === 'failing@example.cn' && mail.text.includes(later))
})

test('what was downloaded and then withdrawn is told, and the notice is delivered when the mail was taken', async () => {
  const [number] = await released(1)
  await county.bytes(`/portal/certificates/${number}/file`)
  await scene.signatory.fetch('POST', `/certificates/${number}/withdrawal`, { password: scene.password('signatory'), meaning: 'withdraw', category: 'result', reason: '仪器未校准' })
  const [mail] = await post.received(1, ({ subject }) => subject.includes('下载过'))
  assert.equal(mail.to, 'first@example.cn', 'the oldest address')
  assert.match(mail.text, new RegExp(`^${number} .*已撤回$`, 'm'))
  assert.ok(!mail.text.includes('仪器未校准'))
  await pause(500)
  const { out } = await scene.lab.instance.sql('owner', `SELECT delivered_at IS NOT NULL FROM notice n JOIN certificate c ON c.id = n.certificate_id WHERE c.number = '${number}'`)
  assert.equal(out.trim(), '1')
})

test('a mail that is refused for good has failed, one that breaks connections is tried again, and neither holds the others', async () => {
  post.answer = ({ verb, to: recipient }) => {
    if (verb === 'RCPT' && recipient === 'nobody@example.cn') return '550 no such mailbox'
    if (verb === 'MAIL-END' && recipient === 'poison@example.cn') return 'drop'
    if (verb === 'RCPT' && recipient === 'grey@example.cn') return '451 later'
  }
  const ids = {}
  for (const name of ['nobody', 'poison', 'grey']) ids[name] = (await county.post('/portal/subscriptions', { address: `${name}@example.cn` })).id
  await subscribe(neighbour, 'behind@example.cn')
  const state = async name => (await county.get('/portal/subscriptions')).items.find(({ id }) => id === ids[name])
  assert.deepEqual([(await state('nobody')).last_mail, (await state('nobody')).said], ['failed', '550 no such mailbox'])
  assert.equal((await state('poison')).last_mail, 'waiting')
  post.answer = () => undefined
  await post.received(1, to('poison@example.cn'))
  await post.received(1, to('grey@example.cn'))
  assert.equal(post.mails.filter(to('nobody@example.cn')).length, 0)
  for (const id of Object.values(ids)) assert.equal((await county.fetch('DELETE', `/portal/subscriptions/${id}`)).status, 204)
})

test('while the mail server is away, silent or refuses, mails wait; then each comes', async () => {
  await post.close()
  const [number] = await released(1)
  await pause(1500)
  post.answer = ({ verb }) => verb === 'CONNECT' && '554 not today'
  await post.listen()
  await pause(2500)
  post.answer = ({ verb }) => verb === 'CONNECT' && 'silence'
  await pause(4000)
  const { out } = await scene.lab.instance.sql('owner', "SELECT COUNT(*), SUM(attempts) FROM mail WHERE state = 'waiting'")
  assert.match(out, /^[1-9]\d*\t0$/m, 'nothing is tried and nothing counted')
  post.answer = () => undefined
  await post.received(1, mail => mail.to === 'first@example.cn' && mail.text.includes(number), 40_000)
})

test('kill -9 of the server at any moment: each change is told in one mail, which may come twice and is then the same', async () => {
  let dropped = 0
  // The mail was taken, and the server dies before it hears so.
  post.answer = ({ verb, to: recipient }) => {
    if (verb !== 'MAIL-END' || recipient !== 'first@example.cn' || dropped > 0) return undefined
    dropped += 1
    scene.lab.kill('server')
    return undefined
  }
  const issued = await released(4)
  await post.received(1, mail => mail.to === 'first@example.cn' && issued.some(number => mail.text.includes(number))).catch(error => assert.fail(error))
  await scene.lab.back('server')
  for (let round = 0; round < 3; ++round) {
    const sending = released(2).catch(() => [])
    await pause(300 + 350 * round)
    scene.lab.kill('server')
    await scene.lab.back('server')
    await sending
  }
  const { out } = await scene.lab.instance.sql('owner', "SELECT c.number FROM publication p JOIN certificate c ON c.id = p.certificate_id WHERE p.kind = 'issued' AND p.at > NOW() - INTERVAL 10 MINUTE")
  const all = out.trim().split('\n')
  for (const end = Date.now() + 30_000; ;) {
    const told = new Set(numbersIn(post.mails.filter(to('first@example.cn'))))
    const left = (await scene.lab.instance.sql('owner', "SELECT COUNT(*) FROM mail WHERE state = 'waiting'")).out.trim()
    if (left === '0' && issued.every(number => told.has(number))) break
    assert.ok(Date.now() < end, `${left} mails wait`)
    await pause(100)
  }
  const times = new Map()
  for (const { id } of post.mails) times.set(id, (times.get(id) ?? 0) + 1)
  assert.ok([...times.values()].some(count => count > 1), 'what was taken unheard is sent again')
  const distinct = new Map(post.mails.filter(mail => mail.to === 'first@example.cn' && mail.subject.includes('更新')).map(mail => [mail.id, mail]))
  const lines = [...distinct.values()].flatMap(({ text }) => text.match(/^BG\d+.*已签发$/gm) ?? []).map(line => line.split(' ')[0])
  assert.deepEqual([...lines].sort(), [...new Set(lines)].sort(), 'none stands in two mails')
  assert.deepEqual([...lines].sort(), [...all].sort())
})

test('who has the link of a mail unsubscribes without an account, and nothing comes any more', async () => {
  county = await Api.signIn(scene.lab.url, 'regulator.990102', PASSWORD)
  const [digest] = post.mails.filter(mail => mail.to === 'first@example.cn' && mail.head['list-unsubscribe'])
  for (let time = 0; time < 2; ++time) assert.deepEqual(await (await follow(linkIn(digest))).json(), { act: 'end', address: 'first@example.cn', state: 'ended' })
  const before = post.mails.filter(to('first@example.cn')).length
  const [number] = await released(1)
  await post.received(1, mail => mail.to === 'failing@example.cn' && mail.text.includes(number))
  assert.equal(post.mails.filter(to('first@example.cn')).length, before)
  const [confirmation] = post.mails.filter(to('first@example.cn'))
  assert.equal((await follow(linkIn(confirmation))).status, 404, 'what was ended is not begun again')
})

test('addresses are checked, line ends refused, and a person has at most ten subscriptions', async () => {
  for (const address of ['x', 'a@b', 'a b@example.cn', 'a@example.cn, b@example.cn', '<a@example.cn>', 'a@-example.cn', 'a..b@example.cn', '张@example.cn', 'a@example.cn\r\nBcc: b@example.cn']) {
    const response = await neighbour.fetch('POST', '/portal/subscriptions', { address })
    assert.deepEqual([response.status, (await response.json()).errors[0].field], [422, 'address'], address)
  }
  const { items } = await neighbour.get('/portal/subscriptions')
  const made = await Promise.all(Array.from({ length: 12 }, (_, n) => neighbour.fetch('POST', '/portal/subscriptions', { address: `many${n}@example.cn` })))
  assert.equal(made.filter(({ status }) => status === 201).length, 10 - items.length)
  assert.deepEqual((await made.find(({ status }) => status !== 201).json()).errors.map(({ code }) => code), ['too_many'])
})
