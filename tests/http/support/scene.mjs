// A laboratory with people who hold sessions, and samples in every state.
import { createHash, createHmac, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Api } from '../../../deploy/demo/api.mjs'
import { day } from '../../../deploy/demo/day.mjs'
import { message, records } from '../../../deploy/demo/instruments.mjs'
import { prepare, release } from '../../../deploy/demo/release.mjs'
import { ClientAuthority } from '../../support/clientAuthority.mjs'
import { startInstance } from '../../support/instance.mjs'
import { storeTrace } from '../../support/traces.mjs'

export { day }
const VALUES = { 铅: '0.42', 砷: '0.08', 汞: '0.011', 镉: '0.027', 菌落总数: '120', 铜绿假单胞菌: '未检出' }
const { 菌落总数: _, 铜绿假单胞菌: __, ...METALS } = VALUES

/** Which roles each account has, by which the tables of rights are written. */
export const ROLES = {
  technician: 'technician', analyst: 'analyst', checker: 'checker', signatory: 'signatory',
  quality: 'quality_manager', admin: 'administrator', regulator: 'regulator', gateway: 'instrument'
}

/** An account that has a token and no cookie. */
export class TokenApi extends Api {
  constructor(url, token) {
    super(url)
    this.token = token
  }

  fetch(method, path, body, headers = {}) {
    return super.fetch(method, path, body, { authorization: `Bearer ${this.token}`, ...headers })
  }
}

/** Somebody without an account, at another address of this machine every time, so that no limit of one address is met. */
class Passer extends Api {
  addresses = 0

  fetch(method, path, body, headers = {}) {
    const given = Buffer.isBuffer(body) ? body : body && Buffer.from(JSON.stringify(body))
    const type = Buffer.isBuffer(body) ? 'application/pdf' : 'application/json'
    const localAddress = `127.0.${1 + (this.addresses >> 7) % 128}.${1 + this.addresses++ % 128}`
    return new Promise((answered, failed) => {
      const made = request(`${this.url}/api/v1${path}`, { method, localAddress, agent: false, headers: { ...(given ? { 'content-type': type, 'content-length': given.length } : {}), ...headers } }, async answer => {
        const chunks = await answer.toArray()
        answered(new Response(Buffer.concat(chunks), { status: answer.statusCode, headers: answer.headers }))
      })
      made.once('error', failed)
      made.end(given)
    })
  }
}

let rows = 0

/** A layout that prints one line. */
export const layoutXml = text => `<layout xmlns="urn:touchstone:layout" title="检验报告书"><page/><body><p>${text}</p></body></layout>`

/** A row that registers; what is given stands instead of its own. */
export function newSample(given = {}) {
  rows += 1
  return {
    product: 'CREAM', specification: '50 g', batch_no: `B${rows}`, maker: '示例化妆品一厂', approval_no: '示例1', client: '示例县市场监督管理局',
    business_kind: 'supervision', voucher_no: `V${rows}`, sampled_on: day(-1), seal_state: 'intact', quantity: '12', quantity_unit: '瓶',
    produced_on: day(-60), expires_on: day(600), region_code: '990102', ...given
  }
}

/** An imported drug. */
export const newImport = (given = {}) => newSample({
  product: 'ASP-TAB', business_kind: 'import', import_country: '示例国', import_port: '示例口岸', import_contract_no: 'HT-1', import_notice_no: 'TZ-1',
  language: 'en', product_name_en: 'Aspirin', specification_en: '50 g', maker_en: 'Example Ltd.', approval_no_en: 'Example 1', client_en: 'Example Bureau', quantity_unit_en: 'bottles',
  import_country_en: 'Exampleland', import_port_en: 'Example Port', ...given
})

/** A retest of two items, asked on the report of another laboratory. */
export const newRetest = (given = {}) => newSample({
  business_kind: 'retest', retest_number: 'B-2026-0001', retest_laboratory: '示例省检验院', retest_issued_on: day(-20), retest_applicant: '示例化妆品一厂',
  retest_asked_on: day(-15), retest_items: ['PB', 'AS'], retest_laboratory_en: 'Example Institute', retest_applicant_en: 'Example Cosmetics', ...given
})

/** One message of an analyser as a gateway brings it. */
export function newMessage(barcode, given = {}) {
  const bytes = Buffer.from(records(message('icpms.astm', [{ barcode, values: METALS }])))
  return {
    id: randomUUID(), instrument: 'ICPMS-1', protocol: 'astm', received_at: new Date().toISOString(), state: 'complete',
    sha256: createHash('sha256').update(bytes).digest('hex'), content: bytes.toString('base64'), ...given
  }
}

/** What a gateway says of itself. */
export function gatewayReport(given = {}) {
  const at = new Date().toISOString()
  return {
    version: '0.1.0', at, started_at: at, configuration: 1, configuration_fault: '', pending: 3, oldest_pending: at, refused: 0, forwarded: 12,
    disk_free: 5_000_000_000, last_error: '', instruments: [{
      code: 'ICPMS-1', protocol: 'astm', address: '127.0.0.1:4001', connections: 1, last_contact: at, messages: 15, acknowledged: 14,
      repeated: 1, refused: 1, faults: 1, last_fault: '10.0.0.7: "校验和" 不符', last_fault_at: at
    }], ...given
  }
}

export class Scene {
  /** given: as startInstance takes it. */
  static async open(given) {
    const scene = new Scene()
    scene.lab = await startInstance(given)
    for (const login of Object.keys(ROLES)) if (login !== 'gateway') scene[login] = await scene.lab.login(login)
    scene.double = await scene.lab.login('double')
    scene.approver = await scene.lab.login('approver')
    scene.gateway = new TokenApi(scene.lab.url, readFileSync(scene.lab.tokenFile, 'utf8').trim())
    scene.anyone = new Passer(scene.lab.url)
    return scene
  }

  close() {
    return this.lab.stop()
  }

  password(login) {
    return this.lab.instance.account(login).password
  }

  async register(count = 1) {
    const { accepted } = await this.technician.post('/samples', { rows: Array.from({ length: count }, () => newSample()) })
    return accepted.map(({ number }) => number)
  }

  async testsOf(number) {
    return (await this.analyst.get(`/tests?sample=${number}&limit=500`)).items
  }

  async idsOf(number) {
    return (await this.testsOf(number)).map(({ id }) => id)
  }

  async type(number, given = {}) {
    const tests = await this.testsOf(number)
    await this.technician.post('/results', { rows: tests.map(({ id, version, item }) => ({ test: id, version, value: { ...VALUES, ...given }[item] })) })
  }

  async submit(number, by = this.analyst) {
    await by.post('/reviews/submit', { tests: await this.idsOf(number) })
  }

  async check(number, by = this.checker) {
    await by.post('/reviews/check', { tests: await this.idsOf(number) })
  }

  release(numbers) {
    return release(this.signatory, numbers, this.password('signatory'))
  }

  /** Samples that wait for results, for submission, for checking, for release; one that is released, one with a
   *  command to an instrument; one that a signatory was shown and has not signed; a message that is held. */
  async prepare() {
    const steps = [number => this.type(number), number => this.submit(number), number => this.check(number)]
    const stages = ['registered', 'resulted', 'submitted', 'checked', 'released', 'shown']
    const numbers = await this.register(stages.length)
    for (const [index, stage] of stages.entries()) {
      this[stage] = numbers[index]
      for (const step of steps.slice(0, index)) await step(numbers[index])
    }
    const [certificate] = await this.release([this.released])
    this.prepared = await prepare(this.signatory, [this.shown])
    this.certificate = certificate
    const { verification_url: link } = await this.signatory.get(`/certificates/${certificate.number}`)
    this.token = link.split('/').at(-1)
    this.file = await this.signatory.bytes(`/certificates/${certificate.number}/file`)
    this.bundle = (await this.regulator.post('/portal/bundles', { numbers: [certificate.number] })).id
    this.subscriptions = []
    for (let n = 0; n < 3; ++n) this.subscriptions.push((await this.regulator.post('/portal/subscriptions', { address: `duty${n}@example.cn` })).id)
    await this.prepareAmendment()
    ;[this.ordered] = await this.register()
    const measured = (await this.testsOf(this.ordered)).filter(({ item }) => item in METALS).map(({ id }) => id)
    this.measured = measured.slice(1)
    const { commands } = await this.technician.post('/instruments/ICPMS-1/commands', { kind: 'order', tests: measured.slice(0, 1) })
    this.command = commands[0].id
    await this.admin.post('/users', { login: 'spare.gateway', name: '备用网关', password: 'never used 1234', roles: ['instrument'] })
    await this.admin.post('/users/spare.gateway/tokens', { overlap_minutes: 0, reason: '新建' })
    ;[{ id: this.spareToken }] = (await this.admin.get('/users/spare.gateway/tokens')).items
    await this.admin.post('/machines/tokens', { login: 'regulator', label: '监管平台', scopes: ['feed'], days: 30, reason: '对接' })
    ;[{ id: this.machineToken }] = (await this.admin.get('/machines/tokens')).items
    this.authority = await ClientAuthority.make(this.lab.folder, 'machines')
    await this.admin.post('/machines/certificates', { login: 'regulator', label: '监管平台', scopes: ['feed'], pem: (await this.authority.client('scene')).cert, reason: '对接' })
    ;[{ fingerprint: this.machineCertificate }] = (await this.admin.get('/machines/certificates')).items
    ;({ version: this.configuration } = await this.admin.post('/gateways/gateway/configurations', { base: 0, text: '; none yet\n', reason: '新建' }))
    this.held = newMessage('NOSUCH1')
    await this.gateway.post('/intake/messages', { messages: [this.held] })
    await storeTrace(this.lab.instance, this.held.id, { name: '示例色谱图', kind: 'chromatogram', xUnit: 'min', yUnit: 'mAU', start: 0.5, step: 0.25, y: [1, 2.5, -3] })
    await this.prepareQuality()
    await this.prepareOutcomes()
    await this.prepareLayouts()
    await this.prepareDisposals()
  }

  /** A released sample with too much lead; its certificate. */
  async fail(count = 1) {
    const numbers = await this.register(count)
    for (const number of numbers) {
      await this.type(number, { 铅: '99' })
      await this.submit(number)
      await this.check(number)
    }
    const certificates = await this.release(numbers)
    return certificates.map(({ number }) => number)
  }

  /** The risk of a certificate, once it has arisen: that follows the issue within a second or so. */
  async riskOf(certificate) {
    for (const end = Date.now() + 20_000; ;) {
      const { items: [risk] } = await this.analyst.get(`/risks?q=${certificate}`)
      if (risk) return risk
      if (Date.now() > end) throw new Error(`no risk arose of ${certificate}`)
      await pause(100)
    }
  }

  /** An act that answers nothing. */
  async step(login, path, body) {
    const { status } = await this[login].fetch('POST', path, body)
    if (status !== 204) throw new Error(`${path}: ${status}`)
  }

  publish(disclosure) {
    return this.approver.post(`/disclosures/${disclosure}/publish`, { password: this.password('approver'), meaning: 'publish_disclosure', reason: '同意公开' })
  }

  /** Risks in three states; an issue that is drafted, one to be discarded, one that is published. */
  async prepareOutcomes() {
    this.failing = await this.fail(3)
    this.risks = []
    for (const certificate of this.failing) this.risks.push((await this.riskOf(certificate)).id)
    await this.step('signatory', '/risks/notify', { risks: this.risks.slice(1), organisation: 'DEMO-CITY' })
    await this.step('regulator', '/risks/acknowledge', { risks: this.risks.slice(2) })
    const draft = async certificate => (await this.regulator.post('/disclosures', { title: '监督抽检结果通告', certificates: [certificate] })).id
    this.draft = await draft(this.failing[0])
    this.discardable = await draft(this.failing[1])
    this.published = await draft(this.failing[2])
    await this.publish(this.published)
  }

  /** The link that the mail of a subscription holds, which confirms it: worked out as the server does, from its key. */
  async linkOf(subscription) {
    const { out } = await this.lab.instance.sql('owner', `SELECT HEX(salt) FROM subscription WHERE id = ${subscription}`)
    const key = createHmac('sha256', readFileSync(join(this.lab.folder, 'keys/trail.key'))).update('links of mails').digest()
    const head = `c${subscription}-`
    const mac = createHmac('sha256', key).update(head).update(Buffer.from(out.trim(), 'hex')).digest()
    return head + mac.subarray(0, 16).toString('base64url')
  }

  /** A certificate whose correction was proposed. */
  async prepareAmendment() {
    const [number] = await this.register()
    for (const step of [() => this.type(number), () => this.submit(number), () => this.check(number)]) await step()
    ;[{ number: this.proposed }] = await this.release([number])
    await this.analyst.fetch('POST', `/certificates/${this.proposed}/amendment`, { reason: '规格有误', changes: [{ field: 'specification', new: '30 g' }] })
  }

  /** Layouts of the laboratory: `spare` has a draft, `proposed` waits for its check, `checked` for its approval, `own` is approved. */
  async prepareLayouts() {
    for (const code of ['spare', 'proposed', 'checked', 'own']) await this.admin.post('/layouts', { code, title: '样张', kind: 'certificate', xml: layoutXml(code) })
    for (const code of ['proposed', 'checked', 'own']) await this.admin.post(`/layouts/${code}/propose`, { revision: 1, from: day(1), reason: '新建' })
    for (const code of ['checked', 'own']) await this.step('quality', `/layouts/${code}/versions/1/decide`, { decision: 'check', reason: '已核对' })
    await this.step('signatory', '/layouts/own/versions/1/approve', this.approval('signatory'))
  }

  approval(login) {
    return { password: this.password(login), meaning: 'approve_layout', reason: '同意启用' }
  }

  /** Four samples past their term: three of them in lists, of which the last is approved. */
  async prepareDisposals() {
    this.past = await this.register(4)
    for (const number of this.past) {
      await this.type(number)
      await this.submit(number)
      await this.check(number)
    }
    await this.release(this.past)
    const numbers = this.past.map(number => `'${number}'`).join(', ')
    // Histories read the day of issue from the certificates, within a second or so; it must not be the one below.
    const followed = async () => (await this.lab.instance.sql('owner', `SELECT COUNT(*) FROM outcome WHERE sample IN (${numbers})`)).out.trim()
    for (const end = Date.now() + 20_000; (await followed()) !== String(this.past.length);) {
      if (Date.now() > end) throw new Error('the certificates were not followed')
      await pause(100)
    }
    await this.lab.instance.sql('owner', `UPDATE certificate SET released_at = '2014-01-01' WHERE sample_id IN (SELECT id FROM sample WHERE number IN (${numbers}))`)
    this.disposals = []
    for (const number of this.past.slice(0, 3)) this.disposals.push((await this.technician.post('/disposals', { samples: [number], reason: '保存期满' })).id)
    await this.signatory.post(`/disposals/${this.disposals[2]}/approve`, { password: this.password('signatory'), meaning: 'approve_disposal', reason: '同意处置' })
  }

  /** A control that fails, and values that came when their tests had results. */
  async prepareQuality() {
    const [number] = await this.register()
    await this.type(number)
    await this.gateway.post('/intake/messages', { messages: [newMessage('QC-METAL-1'), newMessage(number)] })
    this.late = (await this.analyst.get(`/intake/late?sample=${number}`)).items
    const { items } = await this.analyst.get('/quality/charts')
    this.chart = await this.analyst.get(`/quality/charts/${items.find(({ analyte }) => analyte === 'PB').id}`)
  }

  /** What the database holds, table by table. Sessions are touched by reading; seals and what follows publications come by themselves. */
  async digest() {
    await this.regulator.fetch('GET', '/portal/changes?limit=1') // numbers what was published, which else comes by itself a second later
    const sql = statement => this.lab.instance.sql('owner', statement)
    const tables = (await sql('SHOW TABLES')).out.trim().split('\n').filter(name => !['session', 'trail_seal'].includes(name) && !name.startsWith('outcome'))
    const { out } = await sql(`CHECKSUM TABLE ${tables.join(', ')} EXTENDED; SELECT COUNT(*) FROM session;`)
    return out
  }
}
