// Who may do what, when: rights, sessions, the order of steps, batches, signatures, locks and limits.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Api } from '../../deploy/demo/api.mjs'
import { finished, prepare, sign } from '../../deploy/demo/release.mjs'
import { operations } from './support/document.mjs'
import { requests } from './support/requests.mjs'
import { newMessage, newSample, ROLES, Scene } from './support/scene.mjs'

let scene
let good
before(async () => {
  scene = await Scene.open()
  await scene.prepare()
  good = await requests(scene)
})
after(() => scene?.close())

const STAFF = ['technician', 'analyst', 'checker', 'signatory', 'quality_manager', 'administrator']
const MAY = {
  registerSamples: ['technician'], correctSample: ['technician'], enterResults: ['technician', 'analyst'], submitTests: ['analyst'], checkTests: ['checker'],
  returnTests: ['checker', 'signatory'], prepareRelease: ['signatory'], signRelease: ['signatory'], bringMessages: ['instrument'], portalCertificates: ['regulator'],
  makeCommands: ['technician', 'analyst'], cancelCommands: ['technician', 'analyst'], takeCommands: ['instrument'],
  reportOutcomes: ['instrument'], queryOrders: ['instrument'],
  reportGateway: ['instrument'], ownGatewayConfiguration: ['instrument'], saveGatewayConfiguration: ['administrator'], allowGateway: ['administrator'],
  metrics: ['administrator', 'instrument'], listTokens: ['administrator'], rotateToken: ['administrator'], revokeToken: ['administrator'],
  portalCertificateFile: ['regulator'], portalBundles: ['regulator'], makePortalBundle: ['regulator'], portalBundleFile: ['regulator'],
  portalChanges: ['regulator'], portalEvents: ['regulator'], portalDownloads: [...STAFF, 'regulator'], listUsers: ['administrator'], createUser: ['administrator'], nameUserInEnglish: ['administrator'], unlockUser: ['administrator'],
  replayMessages: ['technician', 'administrator'], setMessagesAside: ['technician', 'administrator'], correctMessage: ['technician', 'administrator'],
  saveMapping: ['technician', 'administrator'], setProtocol: ['technician', 'administrator'], setCodes: ['technician', 'administrator'],
  removeCodes: ['technician', 'administrator'], previewMapping: ['technician', 'administrator'],
  takeLate: ['analyst', 'checker', 'signatory'], dismissLate: ['analyst', 'checker', 'signatory'],
  createLayout: ['quality_manager', 'administrator'], saveLayoutDraft: ['quality_manager', 'administrator'],
  proposeLayout: ['quality_manager', 'administrator'], retireLayout: ['quality_manager', 'administrator'], setLayoutUse: ['quality_manager', 'administrator'],
  decideLayout: ['quality_manager', 'signatory', 'administrator'], approveLayout: ['quality_manager', 'signatory', 'administrator'], listLayoutSamples: ['quality_manager', 'signatory', 'administrator'],
  getLayoutData: ['quality_manager', 'signatory', 'administrator'], previewLayout: ['quality_manager', 'signatory', 'administrator'],
  commentControls: ['technician', 'analyst', 'checker', 'quality_manager'],
  listRisks: [...STAFF, 'regulator'], listSubjects: [...STAFF, 'regulator'], getHistory: [...STAFF, 'regulator'], listClusters: [...STAFF, 'regulator'],
  notifyRisks: ['signatory', 'quality_manager'], acknowledgeRisks: ['regulator'], closeRisks: ['regulator'],
  listCandidates: ['regulator'], listDisclosures: ['regulator'], draftDisclosure: ['regulator'], getDisclosure: ['regulator'],
  publishDisclosure: ['regulator'], discardDisclosure: ['regulator'],
  disableUser: ['administrator'], enableUser: ['administrator'], listMachineTokens: ['administrator'], issueMachineToken: ['administrator'], revokeMachineToken: ['administrator'],
  listClientCertificates: ['administrator'], addClientCertificate: ['administrator'], revokeClientCertificate: ['administrator'],
  listSubscriptions: ['regulator'], makeSubscription: ['regulator'], changeSubscription: ['regulator'], endSubscription: ['regulator'],
  portalCertificateResults: ['regulator'], portalCertificateResultsXml: ['regulator'],
  proposeAmendment: ['checker', 'signatory', 'quality_manager'], checkAmendment: ['checker', 'quality_manager'],
  refuseAmendment: ['checker', 'signatory', 'quality_manager'], withdrawCertificate: ['signatory'], holdCertificate: ['quality_manager'],
  listRetention: ['technician', 'quality_manager', 'administrator'], proposeDisposal: ['technician', 'quality_manager'], disposeSamples: ['technician', 'quality_manager'],
  approveDisposal: ['signatory', 'quality_manager'], refuseDisposal: ['signatory', 'quality_manager'], listNotices: Object.values(ROLES), readNotices: Object.values(ROLES),
  listTrail: ['quality_manager', 'administrator'], currentSession: Object.values(ROLES), signOut: Object.values(ROLES)
}
const signed = operations.filter(({ open }) => !open)

/** The refusal of a request: [status, code, fields]. */
async function refusal(response) {
  assert.equal(response.headers.get('content-type'), 'application/problem+json', `${response.status} ${await response.clone().text()}`)
  const { status, code, errors = [] } = await response.json()
  assert.equal(status, response.status)
  return [status, code, errors.map(({ field, code }) => `${field} ${code}`)]
}

/** The act changes nothing and is refused so. */
async function refused(act, status, code, fields = []) {
  const before = await scene.digest()
  assert.deepEqual(await refusal(await act()), [status, code, fields])
  assert.equal(await scene.digest(), before, 'the tables hold what they held')
}

for (const { id, verb } of signed) {
  test(`${id}: every role that may not is refused with no_right`, async () => {
    const { path, body } = good[id]
    const before = await scene.digest()
    for (const [login, role] of Object.entries(ROLES)) {
      if ((MAY[id] ?? STAFF).includes(role)) continue
      assert.deepEqual((await refusal(await scene[login].fetch(verb, path, body))).slice(0, 2), [403, 'no_right'], login)
    }
    assert.equal(await scene.digest(), before, 'the tables hold what they held')
  })
}

test('without a session, or with one that is made up, everything but the open operations is refused', async () => {
  const before = await scene.digest()
  for (const { id, verb } of signed) {
    const { path, body } = good[id]
    for (const headers of [{}, { authorization: 'Bearer made-up' }, { authorization: 'Bearer ' }, { cookie: 'touchstone=made-up', 'X-Touchstone': '1' }, { authorization: 'Basic YTpi' }]) {
      assert.deepEqual(await refusal(await scene.anyone.fetch(verb, path, body, headers)), [401, 'not_signed_in', []], id)
    }
  }
  assert.equal(await scene.digest(), before)
})

test('a cookie alone, as another site would send it, changes nothing', async () => {
  const before = await scene.digest()
  for (const { id, verb } of signed.filter(({ verb }) => verb !== 'GET')) {
    const { as, path, body } = good[id]
    if (as === 'gateway') continue
    for (const header of ['', '0', 'true']) {
      assert.deepEqual(await refusal(await scene[as].fetch(verb, path, body, { 'X-Touchstone': header })), [403, 'cross_site', []], id)
    }
  }
  assert.equal(await scene.digest(), before)
})

test('the cookie is for this site and no script; after signing out it is worth nothing', async () => {
  const response = await scene.anyone.fetch('POST', '/sessions', { login: 'quality', password: scene.password('quality') })
  const cookie = response.headers.get('set-cookie')
  for (const word of ['HttpOnly', 'SameSite=Strict', 'Path=/']) assert.ok(cookie.includes(word), cookie)
  const quality = await scene.lab.login('quality')
  assert.equal((await quality.fetch('DELETE', '/sessions/current')).status, 204)
  for (const path of ['/sessions/current', '/overview', '/trail']) assert.deepEqual(await refusal(await quality.fetch('GET', path)), [401, 'not_signed_in', []])
})

test('what is just within the limits is taken and stands as it was given', async () => {
  const row = newSample({
    specification: '规'.repeat(120), batch_no: '😀'.repeat(64), maker: '商'.repeat(120), approval_no: '准'.repeat(64), client: '客'.repeat(120),
    voucher_no: '凭'.repeat(64), quantity: '1'.repeat(34), quantity_unit: '单'.repeat(16), region_code: '99'
  })
  const { accepted: [{ number }] } = await scene.technician.post('/samples', { request_key: 'k'.repeat(64), rows: [row] })
  const stored = await scene.analyst.get(`/samples/${number}`)
  for (const [name, value] of Object.entries(row)) assert.equal(stored[name], value, name)
  const { batch_no: batch } = row
  const { items } = await scene.analyst.get(`/samples?q=${encodeURIComponent(batch)}`)
  assert.deepEqual(items.map(item => item.number), [number])
})

test('letters that a search might take for wildcards are letters', async () => {
  const { accepted } = await scene.technician.post('/samples', { rows: [newSample({ batch_no: 'w%x_y\\z' }), newSample({ batch_no: "w'; DROP TABLE sample; --" }), newSample({ batch_no: 'wAxByCz' })] })
  for (const [q, row] of [['w%x_y\\z', 0], ['%x_', 0], ["'; DROP", 1]]) {
    const { items } = await scene.analyst.get(`/samples?q=${encodeURIComponent(q)}`)
    assert.deepEqual(items.map(({ number }) => number), [accepted[row].number], q)
  }
})

test('samples: one bad row refuses the batch with a list of rows; mode each takes the others', async () => {
  const rows = [newSample(), newSample({ product: 'NOSUCH' }), newSample(), newSample({ batch_no: '', quantity: '0', sampled_on: '2999-01-01' }),
    newSample({ edition: 'YY 0469-2011' }), newSample({ produced_on: '2020-02-01', expires_on: '2020-01-01', sampled_on: '2021-01-01' })]
  const faults = ['rows.1.product not_known', 'rows.3.batch_no required', 'rows.4.edition not_known', 'rows.5.expires_on out_of_range']
  const before = await scene.digest()
  const response = await scene.technician.fetch('POST', '/samples', { rows })
  const { code, errors } = await response.json()
  assert.deepEqual([response.status, code], [422, 'invalid'])
  for (const fault of faults) assert.ok(errors.some(error => `${error.field} ${error.code}` === fault), `${fault}: ${JSON.stringify(errors)}`)
  for (const { field, row } of errors) assert.equal(Number(field.split('.')[1]), row, 'each error says its row')
  assert.equal(await scene.digest(), before)

  const { accepted, refused } = await scene.technician.post('/samples', { mode: 'each', rows })
  assert.deepEqual(accepted.map(({ row }) => row), [0, 2])
  assert.deepEqual(refused.map(({ row }) => row), [1, 3, 4, 5])
  assert.deepEqual(refused[0].errors.map(({ field, code }) => `${field} ${code}`), ['product not_known'])
  const stored = await Promise.all(accepted.map(({ number }) => scene.analyst.get(`/samples/${number}`)))
  assert.deepEqual(stored.map(({ batch_no: batch }) => batch), [rows[0].batch_no, rows[2].batch_no])
})

test('samples: a row that stands twice is refused; in mode each a batch without a good row registers nothing', async () => {
  const row = newSample()
  await refused(() => scene.technician.fetch('POST', '/samples', { rows: [row, newSample(), row] }), 422, 'invalid', ['rows.2.batch_no duplicate'])
  const before = await scene.digest()
  const { accepted, refused: all } = await scene.technician.post('/samples', { mode: 'each', rows: [newSample({ product: 'X' }), newSample({ maker: 7 })] })
  assert.deepEqual([accepted, all.map(({ row }) => row)], [[], [0, 1]])
  assert.equal(await scene.digest(), before)
})

test('samples: the same request_key again answers the same and registers nothing, also when it comes many times at once', async () => {
  const order = { request_key: 'tablet-7-00000001', rows: [newSample(), newSample()] }
  const answers = await Promise.all(Array.from({ length: 8 }, () => scene.technician.post('/samples', order)))
  for (const answer of answers) assert.deepEqual(answer, answers[0])
  const before = await scene.digest()
  assert.deepEqual(await scene.technician.post('/samples', { ...order, rows: [newSample()] }), answers[0])
  assert.equal(await scene.digest(), before)
})

test('results: one bad row refuses the batch; mode each takes the others; a batch without a good row enters nothing', async () => {
  const [number] = await scene.register()
  const tests = await scene.testsOf(number)
  const [unknown] = await scene.idsOf(scene.released)
  const rows = [{ test: tests[0].id, version: 1, value: '0.5' }, { test: tests[1].id, version: 2, value: '0.5' }, { test: 999_999_999, version: 1, value: '0.5' },
    { test: tests[2].id, version: 1, value: '无结果' }, { test: unknown, version: 3, value: '0.5' }, { test: tests[0].id, version: 1, value: '0.6' }, { test: tests[3].id, version: '1', value: '1' }]
  const faults = ['rows.1.version conflict', 'rows.2.test not_known', 'rows.3.value undecidable', 'rows.4.test wrong_state', 'rows.5.test duplicate', 'rows.6.version wrong_type']
  const before = await scene.digest()
  const [status, code, fields] = await refusal(await scene.technician.fetch('POST', '/results', { rows }))
  assert.deepEqual([status, code, fields.sort()], [422, 'invalid', faults])
  assert.equal(await scene.digest(), before)

  const { accepted, refused: others } = await scene.technician.post('/results', { mode: 'each', rows })
  assert.deepEqual(accepted.map(({ row, version }) => [row, version]), [[0, 2]])
  assert.deepEqual(others.map(({ row }) => row), [1, 2, 3, 4, 5, 6])

  const after = await scene.digest()
  for (const bad of [rows.slice(2, 4), [rows[6]]]) {
    const none = await scene.technician.post('/results', { mode: 'each', rows: bad })
    assert.deepEqual([none.accepted, none.refused.length], [[], bad.length])
  }
  assert.equal(await scene.digest(), after)
})

test('results: replacing one needs a reason and the version that one saw', async () => {
  const [number] = await scene.register()
  await scene.type(number)
  const [{ id, version }] = await scene.testsOf(number)
  const enter = row => scene.technician.fetch('POST', '/results', { rows: [{ test: id, version, value: '0.6', ...row }] })
  await refused(() => enter({}), 422, 'invalid', ['rows.0.reason required'])
  await refused(() => enter({ reason: '复测', version: version - 1 }), 422, 'invalid', ['rows.0.version conflict'])
  const outcomes = await Promise.all([enter({ reason: '复测', value: '0.61' }), enter({ reason: '复测', value: '0.62' })])
  assert.deepEqual(outcomes.map(({ status }) => status).sort(), [201, 422], 'of two at once one is first')
  assert.equal((await scene.analyst.get(`/tests/${id}`)).versions.length, 2)
})

test('reviews: each step needs the one before', async () => {
  const waiting = await scene.idsOf((await scene.register())[0])
  const resulted = await scene.idsOf(scene.resulted)
  const submitted = await scene.idsOf(scene.submitted)
  const released = await scene.idsOf(scene.released)
  const post = (who, path, body) => () => scene[who].fetch('POST', path, body)
  const wrong = [['analyst', '/reviews/submit', waiting], ['analyst', '/reviews/submit', submitted], ['analyst', '/reviews/submit', released],
    ['checker', '/reviews/check', waiting], ['checker', '/reviews/check', resulted], ['checker', '/reviews/check', released]]
  for (const [who, path, [id]] of wrong) await refused(post(who, path, { tests: [id] }), 409, 'wrong_state', ['tests.0 wrong_state'])
  await refused(post('analyst', '/reviews/submit', { tests: [resulted[0], waiting[0]] }), 409, 'wrong_state', ['tests.1 wrong_state'])
  for (const [id] of [waiting, resulted, released]) await refused(post('checker', '/reviews/return', { tests: [id], reason: '有误' }), 409, 'wrong_state', ['tests.0 wrong_state'])
  for (const path of ['/reviews/submit', '/reviews/check', '/reviews/return']) {
    const who = path === '/reviews/submit' ? 'analyst' : 'checker'
    const more = path === '/reviews/return' ? { reason: '有误' } : {}
    await refused(post(who, path, { tests: [999_999_999], ...more }), 422, 'invalid', ['tests.0 not_known'])
    await refused(post(who, path, { tests: [submitted[0], submitted[0]], ...more }), 422, 'invalid', ['tests.1 duplicate'])
  }
})

test('release: only samples whose every test is checked are ready, each other row says why', async () => {
  const stages = ['registered', 'resulted', 'submitted', 'checked', 'released']
  const { items, counts } = await prepare(scene.signatory, [...stages.map(stage => scene[stage]), 'JP2026010100001'])
  assert.deepEqual(items.map(({ state, code }) => code ?? state), ['wrong_state', 'wrong_state', 'wrong_state', 'ready', 'wrong_state', 'not_known'])
  assert.deepEqual([counts.ready, counts.refused], [1, 5])
  assert.equal((await scene.analyst.get(`/samples/${scene.checked}`)).status, 'releasing')
  const choose = samples => () => scene.signatory.fetch('POST', '/releases', { samples })
  await refused(choose([scene.checked, scene.checked]), 422, 'invalid', ['samples.1 duplicate'])
  await refused(choose(Array.from({ length: 1001 }, (_, n) => `S${n}`)), 422, 'invalid', ['samples too_many'])
})

test('release: what is signed is what was shown, by whom it was shown to, and said to be a release', async () => {
  const { id, shown_sha256 } = scene.prepared
  const order = { shown_sha256, password: scene.password('signatory'), meaning: 'release', reason: '检验完成' }
  const sign = (given = {}, who = scene.signatory, job = id) => () => who.fetch('POST', `/releases/${job}/sign`, { ...order, ...given })
  await refused(sign({ meaning: 'approve' }), 422, 'invalid', ['meaning not_one_of'])
  await refused(sign({ shown_sha256: '0'.repeat(64) }), 409, 'conflict')
  await refused(sign({}, scene.double), 404, 'not_found')
  await refused(sign({}, scene.analyst), 403, 'no_right')
  for (const job of ['999999999', 'x', '1e3']) await refused(sign({}, scene.signatory, job), 404, 'not_found')
})

test('release: a row that was changed after it was shown is refused and the others go on; signing again changes nothing', async () => {
  const [kept, returned] = await scene.register(2)
  for (const number of [kept, returned]) for (const step of ['type', 'submit', 'check']) await scene[step](number)
  const job = await prepare(scene.signatory, [kept, returned])
  await scene.checker.post('/reviews/return', { tests: (await scene.idsOf(returned)).slice(0, 1), reason: '数据有误' })
  await sign(scene.signatory, job, scene.password('signatory'))
  const rows = await finished(scene.signatory, job)
  assert.deepEqual(rows.map(({ sample, state, code }) => [sample, state, code]), [[kept, 'issued', null], [returned, 'refused', 'wrong_state']])
  const again = await sign(scene.signatory, job, scene.password('signatory'))
  assert.deepEqual([again.state, again.counts.issued, again.counts.refused], ['finished', 1, 1])
})

test('lists of samples are picked by product, verdict and due day', async () => {
  const { items } = await scene.analyst.get('/samples?limit=500')
  const numbers = async query => (await scene.analyst.get(`/samples?limit=500&${query}`)).items.map(({ number }) => number)
  const expected = wanted => items.filter(wanted).map(({ number }) => number)
  assert.deepEqual(await numbers('verdict=fails'), expected(({ failing }) => failing > 0))
  assert.deepEqual(await numbers('verdict=conforms&status=releasing'), expected(({ failing, status }) => failing === 0 && status === 'releasing'))
  assert.deepEqual(await numbers('product=CREAM'), expected(({ product }) => product === 'CREAM'))
  assert.deepEqual(await numbers('product=CREA'), [])
  const [{ due_on: due }] = items
  assert.deepEqual(await numbers(`due_by=${due}`), expected(({ due_on }) => due_on !== null && due_on <= due))
  await refused(() => scene.analyst.fetch('GET', '/samples?due_by=2026-02-30'), 422, 'invalid', ['due_by not_a_date'])
})

test('the same hand may take one of the three steps, whatever roles it has', async () => {
  const [own, checkedByDouble] = await scene.register(2)
  for (const number of [own, checkedByDouble]) await scene.type(number)
  const hindrance = async number => (await prepare(scene.double, [number])).items[0].code
  await scene.submit(own, scene.double)
  const tests = await scene.idsOf(own)
  await refused(() => scene.double.fetch('POST', '/reviews/check', { tests }), 403, 'same_hand')
  await scene.check(own)
  assert.equal(await hindrance(own), 'same_hand')
  await scene.submit(checkedByDouble)
  await scene.check(checkedByDouble, scene.double)
  assert.equal(await hindrance(checkedByDouble), 'same_hand')
})

test('who typed a result may not check it', async () => {
  const [number] = await scene.register()
  const tests = await scene.testsOf(number)
  await scene.double.post('/results', { rows: tests.map(({ id, version, item }) => ({ test: id, version, value: item === '铜绿假单胞菌' ? '未检出' : '0.1' })) })
  await scene.submit(number)
  await refused(async () => scene.double.fetch('POST', '/reviews/check', { tests: await scene.idsOf(number) }), 403, 'same_hand')
})

test('messages: one that is known is a duplicate, alone, twice in one request, and many times at once', async () => {
  const [number] = await scene.register()
  const message = newMessage(number)
  const bring = messages => scene.gateway.post('/intake/messages', { messages })
  const answers = await Promise.all(Array.from({ length: 6 }, () => bring([message, message])))
  const states = answers.flatMap(({ receipts }) => receipts.map(({ state }) => state))
  assert.deepEqual([states.filter(state => state === 'stored').length, states.length], [1, 12])
  const versions = await Promise.all((await scene.idsOf(number)).map(async id => (await scene.analyst.get(`/tests/${id}`)).versions.length))
  assert.deepEqual(versions.sort(), [0, 0, 1, 1, 1, 1])
})

test('messages: what cannot be read or matched waits with its reason', async () => {
  const bytes = Buffer.from('no message at all')
  const { createHash } = await import('node:crypto')
  const noise = newMessage('X', { sha256: createHash('sha256').update(bytes).digest('hex'), content: bytes.toString('base64') })
  const empty = newMessage('X', { sha256: createHash('sha256').update('').digest('hex'), content: '' })
  const stranger = newMessage(scene.registered, { instrument: 'NOSUCH' })
  const unframed = newMessage(scene.registered, { state: 'unframed', protocol: 'unframed' })
  const cut = newMessage(scene.registered, { state: 'incomplete' })
  const late = newMessage(scene.released)
  await scene.gateway.post('/intake/messages', { messages: [noise, empty, stranger, unframed, cut, late] })
  const reasons = await Promise.all([noise, empty, stranger, unframed, cut, late].map(async ({ id }) => (await scene.analyst.get(`/intake/messages/${id}`)).reason))
  assert.ok(reasons.every(Boolean), reasons.join())
  assert.deepEqual([reasons[2], reasons[5]], ['unknown_instrument', 'already_resulted'])
})

test('passwords: the fifth wrong one locks, sessions go on, the right one does not help, the administrator unlocks', async () => {
  const { anyone, admin } = scene
  await admin.post('/users', { login: 'locked.one', name: '甲', password: 'right password', roles: ['analyst'] })
  const signIn = password => anyone.fetch('POST', '/sessions', { login: 'locked.one', password })
  const state = async () => (await admin.get('/users')).items.find(({ login }) => login === 'locked.one')
  for (let n = 1; n <= 5; n += 1) assert.deepEqual((await refusal(await signIn('wrong'))).slice(0, 2), [401, 'wrong_credentials'], `wrong password ${n}`)
  assert.deepEqual((await refusal(await signIn('right password'))).slice(0, 2), [423, 'account_locked'])
  assert.ok((await state()).locked_until > new Date().toISOString())
  await admin.post('/users/locked.one/unlock', { reason: '本人申请' })
  assert.equal((await state()).locked_until, null)
  assert.equal((await signIn('right password')).status, 201)
  assert.deepEqual((await refusal(await signIn('right password '))).slice(0, 2), [401, 'wrong_credentials'])
})

test('an unknown account and a wrong password look the same; the gateway cannot sign in with a password', async () => {
  for (const login of ['nobody', 'gateway', 'ANALYST']) {
    assert.deepEqual(await refusal(await scene.anyone.fetch('POST', '/sessions', { login, password: 'x' })), [401, 'wrong_credentials', []])
  }
})

test('signatures: a wrong password is refused and counts towards the lock', async () => {
  await scene.admin.post('/users', { login: 'second.signatory', name: '乙', password: 'right password', roles: ['signatory'] })
  const second = await Api.signIn(scene.lab.url, 'second.signatory', 'right password')
  const { id, shown_sha256 } = await prepare(second, [scene.checked])
  const release = password => second.fetch('POST', `/releases/${id}/sign`, { shown_sha256, password, meaning: 'release', reason: '检验完成' })
  for (let n = 1; n <= 5; n += 1) assert.deepEqual(await refusal(await release('wrong')), [403, 'signature_refused', []], `wrong password ${n}`)
  assert.deepEqual((await refusal(await release('right password'))).slice(0, 2), [423, 'account_locked'])
  assert.equal((await scene.analyst.get(`/samples/${scene.checked}`)).status, 'releasing')
  const { items } = await scene.quality.get('/trail?subject_kind=person&subject=second.signatory')
  assert.deepEqual(items.slice(0, 5).map(({ action }) => action), ['person.lock', ...Array(4).fill('person.refuse')])
})

test('accounts: a login that is taken, an organisation that is not known, a role that stands twice, a stranger to unlock', async () => {
  const create = given => () => scene.admin.fetch('POST', '/users', { login: 'another', name: '丙', password: 'long enough 1', roles: ['analyst'], ...given })
  await refused(create({ login: 'analyst' }), 422, 'invalid', ['login duplicate'])
  await refused(create({ organisation: 'NOSUCH' }), 422, 'invalid', ['organisation not_known'])
  await refused(create({ roles: ['analyst', 'analyst'] }), 422, 'invalid', ['roles.1 duplicate'])
  await refused(() => scene.admin.fetch('POST', '/users/nobody/unlock', { reason: '本人申请' }), 404, 'not_found')
})

test('public pages: so many requests a minute from one address, then 429 with Retry-After; other addresses go on', async () => {
  const path = '/public/certificates?number=BG2026000001'
  let last
  for (let n = 0; n < 61 && last?.status !== 429; n += 1) last = await fetch(`${scene.lab.url}/api/v1${path}`)
  assert.deepEqual((await refusal(last)).slice(0, 2), [429, 'too_many_requests'])
  const wait = Number(last.headers.get('retry-after'))
  assert.ok(wait >= 1 && wait <= 60, `Retry-After: ${wait}`)
  assert.notEqual((await scene.anyone.fetch('GET', path)).status, 429)
})

test('problem documents speak the language that is asked for', async () => {
  const title = async language => (await (await scene.anyone.fetch('GET', '/overview', undefined, language && { 'accept-language': language })).json()).title
  assert.deepEqual([await title(), await title('zh-CN,zh;q=0.9'), await title('en-GB,en;q=0.5')], ['请先登录', '请先登录', 'Sign in first'])
})
