// Disclosure, risk list, histories: what the public sees, what each region sees, what the files hold.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newSample, Scene } from './support/scene.mjs'

let scene
let other
before(async () => {
  scene = await Scene.open()
  await scene.prepare()
  await scene.lab.instance.sql('owner', "INSERT INTO organisation (code, name, kind, region_code) VALUES ('DEMO-OTHER', '邻市局', 'regulator', '9902')")
  await scene.admin.post('/users', { login: 'other', name: '邻市监管', password: 'another place 12', roles: ['regulator'], organisation: 'DEMO-OTHER' })
  const { accounts } = scene.lab
  accounts.push({ login: 'other', password: 'another place 12' })
  other = await scene.lab.login('other')
})
after(() => scene?.close())

const refusal = async response => [response.status, (await response.json()).code]

test('the public sees what is published and nothing of a draft or of one that was discarded', async () => {
  await scene.step('regulator', `/disclosures/${scene.discardable}/discard`, { reason: '品种有误' })
  const { items } = await scene.anyone.get('/public/disclosures')
  assert.deepEqual(items.map(({ id }) => id), [scene.published])
  for (const id of [scene.draft, scene.discardable, 999999, 'x', '0', '-1']) {
    for (const end of ['', '/csv', '/xlsx', '/json']) {
      assert.deepEqual(await refusal(await scene.anyone.fetch('GET', `/public/disclosures/${id}${end}`)), [404, 'not_found'], `${id}${end}`)
    }
  }
  for (const name of ['drafter', 'decider', 'reason', 'status', 'drafted_at']) assert.ok(!(name in items[0]), name)
})

test('a published row says what failed, and when its certificate is withdrawn it stays and is marked', async () => {
  const { id } = await scene.regulator.post('/disclosures', { title: '第二期', certificates: [scene.failing[1]] })
  await scene.publish(id)
  const read = async () => (await scene.anyone.get(`/public/disclosures/${id}`)).items[0]
  const row = await read()
  assert.deepEqual([row.certificate, row.verdict, row.mark], [scene.failing[1], 'fails', 'none'])
  assert.deepEqual(row.failing.map(({ item, value }) => [item, value]), [['铅', '99']])
  await scene.lab.instance.sql('owner', `UPDATE certificate SET status = 'withdrawn' WHERE number = '${scene.failing[1]}'`)
  assert.equal((await read()).mark, 'withdrawn')
  assert.match((await scene.anyone.bytes(`/public/disclosures/${id}/csv`)).toString(), /已撤回/)
})

test('who drafted does not publish, nor does anybody of another organisation', async () => {
  const publish = (who, password) => who.fetch('POST', `/disclosures/${scene.draft}/publish`, { password, meaning: 'publish_disclosure', reason: '同意公开' })
  assert.deepEqual(await refusal(await publish(scene.regulator, scene.password('regulator'))), [403, 'own_draft'])
  assert.deepEqual(await refusal(await publish(other, 'another place 12')), [404, 'not_found'])
  assert.deepEqual(await refusal(await other.fetch('GET', `/disclosures/${scene.draft}`)), [404, 'not_found'])
})

test('publishing is signed: a wrong password publishes nothing, and the issue shows who signed with what meaning', async () => {
  const [certificate] = await scene.fail(1)
  await scene.riskOf(certificate)
  const { id } = await scene.regulator.post('/disclosures', { title: '签名公开', certificates: [certificate] })
  const publish = password => scene.approver.fetch('POST', `/disclosures/${id}/publish`, { password, meaning: 'publish_disclosure', reason: '同意公开' })
  assert.deepEqual(await refusal(await publish('not my password')), [403, 'signature_refused'])
  assert.deepEqual(await refusal(await scene.approver.fetch('POST', `/disclosures/${id}/publish`, { password: scene.password('approver'), meaning: 'release', reason: '同意公开' })), [422, 'invalid'])
  assert.equal((await scene.approver.get(`/disclosures/${id}`)).status, 'draft')
  assert.equal((await publish(scene.password('approver'))).status, 200)
  const { signature } = await scene.regulator.get(`/disclosures/${id}`)
  assert.deepEqual([signature.login, signature.meaning, signature.reason, signature.valid], ['approver', 'publish_disclosure', '同意公开', true])
  assert.ok(!('signature' in (await scene.anyone.get(`/public/disclosures/${id}`))))
})

test('closing a risk is signed', async () => {
  const [certificate] = await scene.fail(1)
  const { id } = await scene.riskOf(certificate)
  await scene.step('signatory', '/risks/notify', { risks: [id], organisation: 'DEMO-CITY' })
  await scene.step('regulator', '/risks/acknowledge', { risks: [id] })
  const close = password => scene.regulator.fetch('POST', '/risks/close', { risks: [id], measure: '已责令召回', password, meaning: 'close_risk' })
  assert.deepEqual(await refusal(await close('not my password')), [403, 'signature_refused'])
  assert.equal((await close(scene.password('regulator'))).status, 204)
  const { items: [risk] } = await scene.regulator.get(`/risks?q=${certificate}`)
  assert.deepEqual([risk.signature.login, risk.signature.meaning, risk.signature.reason, risk.signature.valid], ['regulator', 'close_risk', '已责令召回', true])
})

test('a regulator of another region drafts nothing of this one, sees no risk, no history, no cluster', async () => {
  assert.deepEqual((await other.get('/disclosures/candidates')).items, [])
  assert.deepEqual(await refusal(await other.fetch('POST', '/disclosures', { title: '他处', certificates: [scene.certificate.number] })), [422, 'invalid'])
  const risks = await other.get('/risks')
  assert.deepEqual([risks.items, risks.counts.open, risks.counts.notified], [[], 0, 0])
  assert.deepEqual(await refusal(await other.fetch('POST', '/risks/acknowledge', { risks: [scene.risks[1]] })), [422, 'invalid'])
  assert.deepEqual((await other.get('/histories/subjects')).items, [])
  assert.deepEqual(await refusal(await other.fetch('GET', '/histories?product=CREAM')), [404, 'not_found'])
  assert.deepEqual((await other.get('/clusters')).items, [])
})

test('files: a formula is text, Chinese opens rightly, a cache keeps them for a minute', async () => {
  const evil = '=HYPERLINK("http://x","y")'
  const { accepted: [{ number }] } = await scene.technician.post('/samples', { rows: [newSample({ batch_no: evil, maker: '@SUM(A1)', client: '+1' })] })
  await scene.type(number, { 铅: '99' })
  await scene.submit(number)
  await scene.check(number)
  const [certificate] = await scene.release([number])
  await scene.riskOf(certificate.number)
  const { id } = await scene.regulator.post('/disclosures', { title: '=1+1', certificates: [certificate.number] })
  await scene.publish(id)
  const answer = await scene.anyone.fetch('GET', `/public/disclosures/${id}/csv`)
  assert.equal(answer.headers.get('cache-control'), 'public, max-age=60')
  const text = Buffer.from(await answer.arrayBuffer()).toString()
  assert.ok(text.startsWith('\ufeff序号'))
  assert.ok(text.includes(`"'=HYPERLINK(""http://x"",""y"")"`), text)
  assert.ok(text.includes("'@SUM(A1)") && text.includes("'+1"), text)
  assert.doesNotMatch(text, /(^|,)"?[=+@-]/m)
  const sheet = await scene.anyone.bytes(`/public/disclosures/${id}/xlsx`)
  assert.equal(sheet.subarray(0, 4).toString('latin1'), 'PK\u0003\u0004')
  assert.ok(!sheet.includes('<f>'))
  const { items } = await scene.anyone.get(`/public/disclosures/${id}/json`)
  assert.equal(items[0].batch_no, evil)
})

test('an issue is searched by its words, not by wildcards', async () => {
  const found = async q => (await scene.anyone.get(`/public/disclosures/${scene.published}?q=${encodeURIComponent(q)}`)).items.length
  assert.deepEqual([await found(scene.failing[2]), await found('示例化妆品一厂'), await found('%'), await found('没有')], [1, 1, 0, 0])
})

test('trying many is refused after a while', async () => {
  const statuses = []
  for (let i = 0; i < 25; i++) statuses.push((await fetch(`${scene.lab.url}/api/v1/public/disclosures/${scene.published}/xlsx`)).status)
  assert.equal(statuses[0], 200)
  assert.ok(statuses.includes(429), String(statuses))
})

test('a history counts what stands and shows all of it', async () => {
  const { years, items, name } = await scene.analyst.get('/histories?product=CREAM')
  assert.equal(name, items[0].product_name)
  assert.ok(years[0].failing >= 2 && years[0].certificates > years[0].failing)
  assert.ok(items.some(({ failing }) => failing.some(({ item }) => item === '铅')))
  for (const query of ['', '?maker=a&product=b']) assert.equal((await scene.analyst.fetch('GET', `/histories${query}`)).status, 422, query)
})

test('clusters give counts, those of the others and a chance', async () => {
  const { items, compared } = await scene.analyst.get('/clusters?by=analyte&months=1')
  assert.ok(compared >= 1)
  const [first] = items
  assert.equal(first.analyte, '铅')
  assert.ok(first.failing >= 3 && first.others_failing === 0 && first.tail > 0 && first.tail < 0.05, JSON.stringify(first))
})
