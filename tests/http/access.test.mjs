// Accounts by organisation, tokens of machines, limits, and what the public cannot find out by trying.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Api } from '../../deploy/demo/api.mjs'
import { Scene, TokenApi } from './support/scene.mjs'

const foreign = 'analyst'
let scene, chief
before(async () => {
  scene = await Scene.open()
  await scene.prepare()
  const { organisation } = await scene.regulator.get('/sessions/current')
  const password = 'long enough 123'
  await scene.admin.post('/users', { login: 'chief', name: '监管管理员', password, roles: ['regulator', 'organisation_administrator'], organisation })
  chief = await Api.signIn(scene.lab.url, 'chief', password)
})
after(() => scene?.close())

const said = async (who, verb, path, body) => {
  const response = await who.fetch(verb, path, body)
  const text = await response.text()
  return { status: response.status, code: text ? JSON.parse(text).code : undefined, text, headers: response.headers }
}
const issue = (given = {}) => chief.post('/machines/tokens', { login: 'regulator', label: '对接', scopes: ['portal'], days: 30, reason: '对接', ...given })

test('an organisation administrator has the accounts of its own organisation and no others', async () => {
  const { items } = await chief.get('/users')
  assert.deepEqual(items.map(({ login }) => login).sort(), ['approver', 'chief', 'regulator'])
  await chief.post('/users', { login: 'second', name: '第二人', password: 'long enough 123', roles: ['regulator'] })
  for (const given of [{ roles: ['administrator'] }, { roles: ['regulator', 'analyst'] }, { roles: ['regulator'], organisation: 'DEMO-LAB' }]) {
    assert.equal((await said(chief, 'POST', '/users', { login: 'third', name: '第三人', password: 'long enough 123', ...given })).code, 'no_right')
  }
  for (const path of [`/users/${foreign}/disable`, `/users/${foreign}/enable`, `/users/${foreign}/unlock`]) {
    const here = await said(chief, 'POST', path, { reason: '试试' })
    const nowhere = await said(chief, 'POST', path.replace(foreign, 'nobody0'), { reason: '试试' })
    assert.deepEqual([here.status, here.text.replaceAll(foreign, 'nobody0')], [404, nowhere.text], path)
  }
})

test('it has no other rights', async () => {
  for (const path of ['/samples', '/trail', '/certificates', '/overview', '/metrics']) assert.equal((await said(chief, 'GET', path)).code, 'no_right', path)
})

test('a disabled account neither signs in nor acts, by session or by token, until it is enabled', async () => {
  const { token } = await issue({ login: 'second' })
  const machine = new TokenApi(scene.lab.url, token)
  assert.equal((await said(machine, 'GET', '/portal/certificates')).status, 200)
  await chief.post('/users/second/disable', { reason: '离职' })
  assert.equal((await said(machine, 'GET', '/portal/certificates')).code, 'not_signed_in')
  assert.equal((await said(scene.anyone, 'POST', '/sessions', { login: 'second', password: 'long enough 123' })).code, 'wrong_credentials')
  await chief.post('/users/second/enable', { reason: '复职' })
  assert.equal((await said(machine, 'GET', '/portal/certificates')).status, 200)
  assert.equal((await said(chief, 'POST', '/users/chief/disable', { reason: '自己' })).code, 'no_right')
})

test('a token is good for its scopes, is shown once, and ends at once', async () => {
  const { token } = await issue({ label: '只读门户' })
  const machine = new TokenApi(scene.lab.url, token)
  assert.equal((await said(machine, 'GET', '/portal/certificates')).status, 200)
  assert.equal((await said(machine, 'GET', '/sessions/current')).status, 200)
  for (const [verb, path] of [['DELETE', '/sessions/current'], ['GET', '/users'], ['GET', '/overview']]) {
    assert.equal((await said(machine, verb, path)).code, 'out_of_scope', path)
  }
  const listed = (await chief.get('/machines/tokens')).items
  assert.ok(!JSON.stringify(listed).includes(token))
  await chief.post('/machines/tokens/revoke', { token: listed.find(({ label }) => label === '只读门户').id, reason: '不再使用' })
  assert.equal((await said(machine, 'GET', '/portal/certificates')).code, 'not_signed_in')
})

test('a scope must fit the account, and the account the organisation', async () => {
  assert.equal((await said(chief, 'POST', '/machines/tokens', { login: 'regulator', label: 'x', scopes: ['intake'], days: 1, reason: '试试' })).code, 'invalid')
  assert.equal((await said(chief, 'POST', '/machines/tokens', { login: 'spare.gateway', label: 'x', scopes: ['intake'], days: 1, reason: '试试' })).status, 404)
  const { token } = await scene.admin.post('/machines/tokens', { login: 'spare.gateway', label: 'x', scopes: ['intake'], days: 1, reason: '试试' })
  assert.equal((await said(new TokenApi(scene.lab.url, token), 'GET', '/gateways/configuration')).status, 200)
  const others = (await scene.admin.get('/machines/tokens')).items.find(({ login }) => login === 'spare.gateway')
  assert.equal((await said(chief, 'POST', '/machines/tokens/revoke', { token: others.id, reason: '试试' })).status, 404)
})

test('the requests of a machine are limited per account, over all of its tokens', async () => {
  const machines = [new TokenApi(scene.lab.url, (await issue()).token), new TokenApi(scene.lab.url, (await issue()).token)]
  const answers = []
  for (let i = 0; i < 1300 && answers.at(-1)?.status !== 429; i++) answers.push(await said(machines[i % 2], 'GET', '/sessions/current'))
  assert.equal(answers.at(-1).status, 429)
  const wait = Number(answers.at(-1).headers.get('retry-after'))
  assert.ok(wait >= 1 && wait <= 60, `${wait}`)
  assert.equal((await said(scene.regulator, 'GET', '/sessions/current')).status, 200, 'its people go on')
})

test('what does not exist is answered in one way, and trying is slow', async () => {
  const unknown = ['BG2026999999', 'BG2020000001', 'X']
  const byNumber = await Promise.all(unknown.map(number => said(scene.anyone, 'GET', `/public/certificates?number=${number}`)))
  assert.equal(new Set(byNumber.map(({ status, text }, i) => `${status} ${text.replaceAll(unknown[i], '')}`)).size, 1)
  const tokens = [scene.token.slice(0, -1) + (scene.token.endsWith('A') ? 'B' : 'A'), scene.token.toLowerCase() + 'x', 'A'.repeat(22)]
  const byToken = await Promise.all(tokens.map(token => said(scene.anyone, 'GET', `/public/certificates/${token}`)))
  assert.equal(new Set(byToken.map(({ status, text }, i) => `${status} ${text.replaceAll(tokens[i], '')}`)).size, 1)
  const guesser = new TokenApi(scene.lab.url, 'guessed')
  const guesses = []
  for (let i = 0; i < 260 && guesses.at(-1) !== 429; i++) guesses.push((await said(guesser, 'GET', '/portal/certificates')).status)
  assert.equal(guesses.at(-1), 429)
  const asked = []
  for (let i = 0; i < 62 && asked.at(-1)?.status !== 429; i++) asked.push(await said(guesser, 'GET', `/public/certificates?number=BG20269${i}`))
  assert.equal(asked.at(-1).status, 429)
  assert.ok(Number(asked.at(-1).headers.get('retry-after')) >= 1)
})
