// The main job: from logged samples to signed certificates that a regulator verifies. Every step is verified; whatever
// differs ends the job with an error that says what.
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { Api } from './demo/api.mjs'
import { demand, demandEqual, demandRefusal, until } from './demo/demand.mjs'
import { drop, message, records, send } from './demo/instruments.mjs'
import { run } from './demo/instance.mjs'
import { acceptedOutside, oneByteChanged, refusedOutside } from './demo/judges.mjs'
import { prepare, release, sign } from './demo/release.mjs'
import { CONTROLS, demoSamples, FAILING, TYPED } from './demo/samples.mjs'

const sha256 = bytes => createHash('sha256').update(bytes).digest('hex')

export class MainJob {
  /** report(text, milliseconds): one call a step. */
  constructor(instance, report) {
    this.instance = instance
    this.report = report
  }

  /** Gives the certificates, with the path of each file. */
  async play() {
    const steps = [
      () => this.signIn(),
      () => this.register(),
      () => this.printLabels(),
      () => this.analyserReports(),
      () => this.maskTesterReports(),
      () => this.chromatographReports(),
      () => this.typeResults(),
      () => this.resultsArrived(),
      () => this.unknownBarcodeWaits(),
      () => this.controlIsCharted(),
      () => this.repeatedResultWaits(),
      () => this.judged(),
      () => this.submit(),
      () => this.sameHandIsRefused(),
      () => this.check(),
      () => this.release(),
      () => this.certificatesHold(),
      () => this.changedByteIsRefused(),
      () => this.regulatorDownloads(),
      () => this.anyoneVerifies(),
      () => this.trailIsWhole(),
      () => this.alteredRowIsNamed()
    ]
    for (const step of steps) {
      const begin = performance.now()
      const text = await step()
      this.report(text, performance.now() - begin)
    }
    return this.certificates
  }

  async signIn() {
    const logins = ['technician', 'analyst', 'checker', 'signatory', 'regulator', 'double']
    const sessions = await Promise.all(logins.map(login => this.instance.signIn(login)))
    logins.forEach((login, index) => { this[login] = sessions[index] })
    return `${logins.length} people signed in`
  }

  async register() {
    this.samples = demoSamples()
    const key = sha256(JSON.stringify(this.samples)).slice(0, 32)
    const order = { request_key: key, rows: this.samples.map(sample => sample.row) }
    const { accepted, refused } = await this.technician.post('/samples', order)
    demandEqual(refused, [], 'the list of refused rows')
    demandEqual(accepted.map(({ row }) => row), this.samples.map((_, index) => index), 'the list of accepted rows')
    demandEqual(new Set(accepted.map(({ number }) => number)).size, this.samples.length, 'the count of different numbers')
    for (const { row, number, edition, tests } of accepted) Object.assign(this.samples[row], { number, edition, expected: tests })
    demandEqual((await this.technician.post('/samples', order)).accepted, accepted, 'the answer to the same request again')
    for (const { number, row } of this.samples) {
      const stored = await this.technician.get(`/samples/${number}`)
      for (const [field, value] of Object.entries(row)) demandEqual(stored[field], value, `${field} of ${number}`)
    }
    // One of each kind stays behind, so that the pages show work in every state: to be tested, to be checked, to be released.
    const last = kind => this.samples.filter(sample => sample.kind === kind).at(-1)
    this.unfinished = last('tablet')
    this.unchecked = last('mask')
    this.unreleased = last('cream')
    this.finished = this.samples.filter(sample => ![this.unfinished, this.unchecked, this.unreleased].includes(sample))
    return `1 a technician registered ${this.samples.length} samples, ${accepted[0].number} to ${accepted.at(-1).number}`
  }

  async printLabels() {
    const numbers = this.samples.map(({ number }) => number)
    const sheet = await this.technician.bytes(`/labels?numbers=${numbers.join(',')}`)
    const file = this.instance.path('certificates', 'labels.pdf')
    writeFileSync(file, sheet)
    await run(['qpdf', '--check', file])
    const text = (await run(['pdftotext', file, '-'])).out
    for (const number of numbers) demand(text.includes(number), `the sheet of labels shows ${number}`)
    return `1 labels printed: ${file}`
  }

  #measured(kind) {
    return this.samples.filter(sample => sample.kind === kind).map(({ number, measured }) => ({ barcode: number, values: measured }))
  }

  async analyserReports() {
    const samples = this.#measured('cream')
    const text = message('icpms.astm', samples)
    await send(this.instance, 'astm', 'ICPMS-1', text)
    return `2 an analyser sent ${samples.length} samples in ASTM frames, every frame acknowledged`
  }

  async maskTesterReports() {
    this.maskMessages = this.#measured('mask').map(sample => message('mask.hl7', [sample]))
    this.unknownBarcode = `${this.samples[0].number}X`
    this.maskMessages.push(message('mask.hl7', [{ ...this.#measured('mask')[0], barcode: this.unknownBarcode }]))
    for (const text of this.maskMessages) await send(this.instance, 'mllp', 'MASK-1', text)
    return `2 a mask tester sent ${this.maskMessages.length} HL7 messages over MLLP, each acknowledged`
  }

  async chromatographReports() {
    const samples = this.#measured('tablet')
    this.dropped = drop(this.instance, message('hplc.csv', samples))
    return `2 a chromatography system dropped a CSV export of ${samples.length} samples`
  }

  async testsOf(sample) {
    return (await this.analyst.get(`/tests?sample=${sample.number}&limit=500`)).items
  }

  async typeResults() {
    const rows = []
    for (const sample of this.samples) {
      for (const test of await this.testsOf(sample)) {
        const left = sample === this.unfinished && test.item === '溶出度'
        if (TYPED[test.item] && !left) rows.push({ test: test.id, version: test.version, value: TYPED[test.item] })
      }
    }
    const { accepted, refused } = await this.technician.post('/results', { rows })
    demandEqual(refused, [], 'the list of refused results')
    demandEqual(accepted.length, rows.length, 'the number of results typed')
    demand(accepted.every(({ verdict }) => verdict === 'conforms'), 'every typed result conforms')
    return `2 a technician typed ${rows.length} results`
  }

  async resultsArrived() {
    const expected = this.samples.flatMap(({ number, measured }) => Object.entries(measured).map(([item, value]) => ({ number, item, value })))
    const arrived = async () => {
      const tests = (await Promise.all(this.samples.map(sample => this.testsOf(sample)))).flat()
      const missing = expected.filter(({ number, item }) =>
        !tests.some(test => test.sample === number && test.item === item && test.value !== null))
      return { done: missing.length === 0, seen: { missing } }
    }
    await until('instrument results have not arrived', arrived)
    for (const sample of this.samples) {
      const tests = await this.testsOf(sample)
      demandEqual(tests.length, sample.expected, `the number of tests of ${sample.number}`)
      const byInstrument = Object.fromEntries(tests.filter(test => test.source === 'instrument').map(test => [test.item, test.value]))
      demandEqual(sorted(byInstrument), sorted(sample.measured), `what instruments reported for ${sample.number}`)
    }
    return `3 ${expected.length} results found their sample by barcode and their test by the instrument's code`
  }

  async unknownBarcodeWaits() {
    const held = await until('the message with the unknown barcode is not seen', async () => {
      const { items } = await this.analyst.get('/intake/messages?state=held&instrument=MASK-1&reason=unknown_specimen')
      const details = await Promise.all(items.slice(0, 3).map(({ uid }) => this.analyst.get(`/intake/messages/${uid}`)))
      const found = details.find(({ items: observations }) => observations.some(({ specimen }) => specimen === this.unknownBarcode))
      return { done: found, seen: found }
    })
    demandEqual([held.state, held.reason, held.observations, held.imported], ['held', 'unknown_specimen', 3, 0], 'the held message')
    const raw = await this.analyst.bytes(`/intake/messages/${held.uid}/raw`)
    demandEqual(raw.toString(), records(this.maskMessages.at(-1)), 'the stored bytes of the held message')
    return `3 barcode ${this.unknownBarcode} is not known: the message waits, visibly, as ${held.reason}`
  }

  async controlIsCharted() {
    const text = message('icpms.astm', CONTROLS.map(values => ({ barcode: 'QC-METAL-1', values })))
    await send(this.instance, 'astm', 'ICPMS-1', text)
    const chart = await until('the control sample is not charted', async () => {
      const { items } = await this.analyst.get('/quality/charts')
      const found = items.find(({ instrument, analyte }) => instrument === 'ICPMS-1' && analyte === 'PB')
      return { done: found?.points >= CONTROLS.length, seen: found }
    })
    const { items } = await this.analyst.get(`/quality/charts/${chart.id}?limit=${CONTROLS.length}`)
    const broken = items.flatMap(({ value, violations }) => violations.map(({ rule }) => `${value} ${rule}`))
    demandEqual(broken, ['5.34 1-2s', '5.34 1-3s'], 'the control points that break a rule')
    return `3 ${CONTROLS.length} points of a control sample are charted; lead 5.34 breaks 1-3s and waits for a comment`
  }

  async repeatedResultWaits() {
    const { number, measured } = this.unreleased
    await send(this.instance, 'astm', 'ICPMS-1', message('icpms.astm', [{ barcode: number, values: { ...measured, 铅: '0.44' } }]))
    const late = await until('the repeated results are not seen', async () => {
      const { items } = await this.analyst.get(`/intake/late?sample=${number}`)
      return { done: items.length >= 4, seen: items }
    })
    const [lead] = late.filter(({ value }) => value === '0.44')
    demandEqual([lead.reason, lead.standing.value], ['already_resulted', measured.铅], 'the repeated result beside the standing one')
    return `3 an analyser measured ${number} again: ${late.length} values wait beside the standing ones for a person`
  }

  async judged() {
    const failing = (await Promise.all(this.samples.map(sample => this.testsOf(sample)))).flat().filter(({ verdict }) => verdict === 'fails')
    demandEqual(failing.map(({ item, value, requirement }) => ({ item, value, requirement })), [FAILING], 'what is out of specification')
    this.failing = failing[0]
    const detail = await this.analyst.get(`/tests/${this.failing.id}`)
    const [version] = detail.versions
    demandEqual([version.version_no, version.verdict, version.compared, version.comparison, version.edition],
      [1, 'fails', FAILING.value, 'full', detail.edition], 'the recorded judgement')
    const raw = await this.analyst.bytes(`/intake/messages/${version.message.uid}/raw`)
    const span = raw.subarray(version.message.offset, version.message.offset + version.message.length).toString()
    demand(span.includes(`208Pb|${FAILING.value}|mg/kg`), `the bytes behind the result are those of its record: ${span}`)
    const rounded = (await this.testsOf(this.samples[1])).find(({ item }) => item === '含量测定')
    demandEqual([rounded.value, rounded.compared, rounded.verdict], ['94.95', '95.0', 'conforms'], 'the assay compared once rounded')
    const [{ rounding }] = (await this.analyst.get(`/tests/${rounded.id}`)).versions
    demand(rounding.includes('8170'), `the rounding rule is recorded: ${rounding}`)
    return `3 judged by ${version.edition}: ${FAILING.item} ${FAILING.value} is out of specification (${FAILING.requirement}); 94.95 % rounds to 95.0 (${rounding})`
  }

  async submit() {
    const tests = (await Promise.all([...this.finished, this.unchecked].map(sample => this.testsOf(sample)))).flat().map(({ id }) => id)
    demandEqual(await this.analyst.post('/reviews/submit', { tests }), { tests: tests.length }, 'what was submitted')
    this.ownTests = (await this.testsOf(this.unreleased)).map(({ id }) => id)
    await this.double.post('/reviews/submit', { tests: this.ownTests })
    return `4 an analyst submitted ${tests.length} tests, ${this.instance.account('double').name} ${this.ownTests.length}`
  }

  async sameHandIsRefused() {
    await demandRefusal(403, 'same_hand', 'checking what one submitted', () => this.double.post('/reviews/check', { tests: this.ownTests }))
    const twice = `INSERT INTO review_step (test_id, round, step, person_id, result_id, at)
      SELECT test_id, round, 'check', person_id, result_id, at FROM review_step WHERE test_id = ${this.ownTests[0]}`
    const { err } = await this.instance.sql('application', twice, [1])
    demand(err.includes('1062') && err.includes('review_separation'), `the schema refuses the second step: ${err}`)
    const rewrite = await this.instance.sql('application', `UPDATE result_version SET value = '9.04' WHERE test_id = ${this.failing.id}`, [1])
    demand(rewrite.err.includes('1142'), `the server's account may not change a result: ${rewrite.err}`)
    await this.checker.post('/reviews/check', { tests: this.ownTests })
    const { password } = this.instance.account('double')
    const own = await prepare(this.double, [this.unreleased.number])
    demandEqual(own.items.map(({ state, code }) => `${state} ${code}`), ['refused same_hand'], 'releasing what one submitted')
    await demandRefusal(422, 'nothing_to_do', 'signing it nevertheless', () => sign(this.double, own, password, '演示:同一人'))
    await this.#demandStatus([this.unreleased], 'releasing')
    return '4 the same person trying two of the three steps was refused by the service (same_hand) and by the schema (review_separation)'
  }

  async check() {
    const tests = (await Promise.all(this.finished.map(sample => this.testsOf(sample)))).flat().map(({ id }) => id)
    demandEqual(await this.checker.post('/reviews/check', { tests }), { tests: tests.length }, 'what was checked')
    await this.#demandStatus(this.finished, 'releasing')
    await this.#demandStatus([this.unchecked], 'checking')
    await this.#demandStatus([this.unfinished], 'testing')
    return `4 a second person checked ${tests.length} tests`
  }

  async release() {
    const samples = this.finished.map(({ number }) => number)
    const prepared = await prepare(this.signatory, samples)
    demandEqual(prepared.items.filter(({ differences }) => differences.some(({ kind }) => kind === 'failing')).map(({ sample }) => sample),
      [this.failing.sample], 'the samples that are shown as failing')
    await demandRefusal(403, 'signature_refused', 'releasing with a wrong password', () => sign(this.signatory, prepared, 'not the password'))
    await this.#demandStatus(this.finished, 'releasing')
    const { password } = this.instance.account('signatory')
    const certificates = await release(this.signatory, samples, password)
    demandEqual(certificates.map(({ sample }) => sample), samples, 'the samples with certificates')
    await this.#demandStatus(this.finished, 'released')
    this.certificates = certificates
    return `4 the authorised signatory saw what differs and released ${certificates.length} samples with one signature: password, meaning, reason`
  }

  async #demandStatus(samples, status) {
    for (const { number } of samples) {
      demandEqual((await this.analyst.get(`/samples/${number}`)).status, status, `the status of ${number}`)
    }
  }

  async certificatesHold() {
    for (const certificate of this.certificates) {
      demandEqual(certificate.status, 'issued', `the status of ${certificate.number}`)
      demandEqual(certificate.verdict, certificate.sample === this.failing.sample ? 'fails' : 'conforms', `the verdict of ${certificate.number}`)
      const pdf = await this.signatory.bytes(`/certificates/${certificate.number}/file`)
      demandEqual(sha256(pdf), certificate.sha256, `the SHA-256 of ${certificate.number}`)
      certificate.pdf = pdf
      certificate.path = this.instance.path('certificates', `${certificate.number}.pdf`)
      writeFileSync(certificate.path, pdf)
      await acceptedOutside(certificate.path, pdf, this.instance.path('keys/ca.pem'))
      const text = (await run(['pdftotext', '-layout', certificate.path, '-'])).out.replace(/\s/g, '')
      for (const words of ['检验报告书', certificate.number, certificate.batch_no, '测试']) {
        demand(text.includes(words), `${certificate.number} shows ${words}`)
      }
      await this.instance.touchstone(['certificate', 'verify', certificate.path])
    }
    return `5 ${this.certificates.length} certificates drawn and signed; pdfsig, qpdf --check and openssl cms -verify -cades accept each`
  }

  async changedByteIsRefused() {
    const pdf = oneByteChanged(this.certificates[0].pdf)
    const file = this.instance.path('certificates', 'changed.pdf')
    writeFileSync(file, pdf)
    await refusedOutside(file, pdf, this.instance.path('keys/ca.pem'))
    await this.instance.touchstone(['certificate', 'verify', file], { expect: [4] })
    const verdict = await (await this.regulator.fetch('POST', '/public/verifications', pdf)).json()
    demandEqual([verdict.integrity, verdict.status], ['changed', 'unknown'], 'what the server says of one changed byte')
    return '5 with one byte changed, pdfsig, openssl, the command and the server each refuse it'
  }

  async regulatorDownloads() {
    const listed = await this.regulator.all('/portal/certificates')
    for (const { number, path, pdf } of this.certificates) {
      demand(listed.some(certificate => certificate.number === number), `the regulator's list shows ${number}`)
      const downloaded = await this.regulator.bytes(`/portal/certificates/${number}/file`)
      demand(downloaded.equals(pdf), `what the regulator downloads is ${path}`)
    }
    await demandRefusal(403, 'no_right', 'the portal for somebody of the laboratory', () => this.analyst.get('/portal/certificates'))
    return `6 the regulator listed ${listed.length} certificates and downloaded ${this.certificates.length}`
  }

  async anyoneVerifies() {
    const anyone = new Api(this.instance.url)
    const certificate = this.certificates.find(({ verdict }) => verdict === 'fails')
    const { verification_url: link } = await this.signatory.get(`/certificates/${certificate.number}`)
    const token = link.split('/').at(-1)
    demandEqual((await fetch(link)).status, 200, `the page behind the QR code, ${link},`)
    const seen = await anyone.get(`/public/certificates/${token}`)
    demandEqual([seen.number, seen.status, seen.verdict, seen.sha256], [certificate.number, 'issued', 'fails', certificate.sha256], 'what the QR code leads to')
    demandEqual((await anyone.get(`/public/certificates?number=${certificate.number}`)).status, 'issued', 'the status by number')
    const verdict = await (await anyone.fetch('POST', '/public/verifications', certificate.pdf)).json()
    demandEqual([verdict.integrity, verdict.identity.trusted, verdict.status, verdict.number, verdict.problem],
      ['intact', true, 'issued', certificate.number, ''], 'what is said of the uploaded file')
    return `6 anyone verifies ${certificate.number} by QR code, by number and by file: ${verdict.integrity}, ${verdict.identity.signer}`
  }

  async #verifyTrail(expect) {
    return JSON.parse((await this.instance.touchstone(['audit', 'verify', '--json'], { expect: [expect] })).out)
  }

  async trailIsWhole() {
    await this.instance.touchstone(['audit', 'seal'])
    const report = await this.#verifyTrail(0)
    demandEqual(report.damage, [], 'the damage of the trail')
    const { items } = await this.analyst.get(`/samples/${this.failing.sample}/timeline`)
    const actions = new Set(items.map(({ action }) => action))
    for (const action of ['sample.register', 'test.submit', 'test.check', 'test.release']) {
      demand(actions.has(action), `the time line of ${this.failing.sample} holds ${action}: ${[...actions].join(', ')}`)
    }
    return `7 the trail of all this is complete and unaltered: ${report.rows} rows under ${report.seals} seals`
  }

  async alteredRowIsNamed() {
    const { out } = await this.instance.sql('owner', `SELECT id, actor FROM trail
      WHERE subject = '${this.failing.sample}' AND action = 'test.submit' ORDER BY id DESC LIMIT 1`)
    const [id, actor] = out.trim().split('\t')
    demandEqual(actor, 'analyst', 'who submitted, as the trail says')
    await this.instance.sql('owner', `UPDATE trail SET actor = 'double' WHERE id = ${id}`)
    try {
      const report = await this.#verifyTrail(4)
      demandEqual(report.damage.map(damage => String(damage.id)), [id], 'the rows named as damaged')
    } finally {
      await this.instance.sql('owner', `UPDATE trail SET actor = '${actor}' WHERE id = ${id}`)
    }
    demandEqual((await this.#verifyTrail(0)).damage, [], 'the damage once the row was put back')
    return `7 row ${id} changed behind its back is named by touchstone audit verify; put back, the trail is whole again`
  }
}

function sorted(object) {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)))
}
