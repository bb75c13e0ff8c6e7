import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { day } from '../../deploy/demo/day.mjs'
import { accounts, launch, open, phone, shot, signedIn, skip } from './support/browser.mjs'
import { checkAll, fillRow, replaceOne, save, submitAll, typeConforming } from './support/laboratory.mjs'

const batch = `W${Date.now().toString(36).toUpperCase()}`
const row = (product, number) => ({
  product, specification: '0.1 g', batch_no: `${batch}-${number}`, maker: '草原制药有限公司', client: '城关区人民医院', voucher_no: `CY-${batch}`,
  sampled_on: day(-1), quantity: '120', quantity_unit: '片', region_code: '990102'
})

/** The main job by hand on the pages, from a batch in the hands of a technician to a file in the hands of a stranger. */
describe('the main job on the pages', { skip }, () => {
  let browser
  let samples = []
  let certificates = []
  let replaced
  let verification
  const file = join(tmpdir(), `certificate-${batch}.pdf`)
  before(async () => (browser = await launch()))
  after(() => browser?.close())

  it('tells a wrong password from a right one', async () => {
    const { page, close } = await open(browser, '/samples')
    await page.waitForURL(/\/login\?back=/)
    await page.getByTestId('login-user').fill('technician')
    await page.getByTestId('login-password').fill('certainly not this one')
    await page.getByTestId('login-submit').click()
    assert.equal(await page.getByTestId('problem').getAttribute('data-code'), 'wrong_credentials')
    await shot(page, '01-login')
    await page.getByTestId('login-password').fill(accounts.technician)
    await page.getByTestId('login-submit').click()
    await page.getByTestId('to-register').waitFor()
    assert.match(page.url(), /\/samples$/)
    await page.goto('/')
    await page.getByTestId('counters').waitFor()
    await shot(page, '02-first-screen')
    await close()
  })

  it('registers a batch, after saying at the cell what was missing', async () => {
    const { page, close } = await signedIn(browser, 'technician', '/samples/register')
    await fillRow(page, 0, row('ASP-TAB', 1))
    await page.getByTestId('add-row').click()
    await fillRow(page, 1, { ...row('MASK-SURG', 2), batch_no: '' })
    await page.getByTestId('row-1-duplicate').click()
    await fillRow(page, 2, row('CREAM', 3))
    await page.getByTestId('register-submit').click()
    await page.locator('[data-testid="row-1-batch_no"][aria-invalid="true"]').waitFor()
    assert.equal(await page.locator('[data-testid="row-0-batch_no"][aria-invalid="true"]').count(), 0)
    assert.equal(await page.getByTestId('registered').count(), 0, 'one bad row refuses the whole batch')
    await shot(page, '03-register')
    await page.getByTestId('row-1-batch_no').fill(row('', 2).batch_no)
    await page.getByTestId('register-submit').click()
    await page.getByTestId('registered').waitFor()
    samples = await page.getByTestId('registered-number').allInnerTexts()
    assert.equal(new Set(samples).size, 3)
    await shot(page, '04-registered')
    const labels = await page.context().request.get(await page.getByTestId('registered-labels').getAttribute('href'))
    assert.equal((await labels.body()).subarray(0, 5).toString(), '%PDF-')
    await page.goto(`/samples?q=${batch}`)
    await page.locator(`[data-key="${samples[2]}"]`).waitFor()
    assert.equal(await page.locator('tr[data-key]').count(), 3)
    await shot(page, '05-samples')
    await close()
  })

  it('keeps pages from those who have no right to them', async () => {
    const { page, close } = await signedIn(browser, 'technician', '/release')
    await page.getByTestId('no-right').waitFor()
    assert.equal(await page.getByTestId('nav-release').count(), 0)
    await close()
  })

  it('shows the verdict while an analyst types, saves, replaces with a reason and submits', async () => {
    const { page, close } = await signedIn(browser, 'analyst', '/results')
    for (const sample of samples.slice(0, 2)) {
      const count = await typeConforming(page, sample)
      if (sample === samples[0]) await shot(page, '06-results')
      assert.match(await save(page), new RegExp(`\\b${count}\\b`))
    }
    await page.goto(`/results?sample=${samples[0]}`)
    replaced = await replaceOne(page, samples[0])
    const first = page.locator('input[data-row="0"]')
    const text = await first.inputValue()
    await first.fill('不合格的结果')
    await first.press('Escape')
    assert.equal(await first.inputValue(), text, 'Escape gives the saved value back')
    await first.fill(`${text} `)
    assert.ok(await page.getByTestId('save-results').isDisabled(), 'the same value is no change')
    for (const sample of samples.slice(0, 2)) await submitAll(page, sample)
    await close()
  })

  it('shows a checker what is behind a value; one is returned, corrected and comes back', async () => {
    const [, sample] = samples
    const checker = await signedIn(browser, 'checker', `/review?sample=${sample}`)
    await checker.page.getByTestId('versions').locator('ol li').first().waitFor()
    await shot(checker.page, '07-review')
    await checker.page.locator('h1').click()
    await checker.page.keyboard.press('r')
    await checker.page.getByTestId('reason').fill('请复测')
    await checker.page.getByTestId('reason-confirm').click()
    await checker.page.locator('[data-testid="outcome"].amber').waitFor()
    const analyst = await signedIn(browser, 'analyst', `/results?sample=${sample}&status=resulted`)
    await analyst.page.locator('tr[data-key]').first().waitFor()
    assert.equal(await analyst.page.locator('tr[data-key]').count(), 1, 'only the returned test is open again')
    await submitAll(analyst.page, sample)
    await analyst.close()
    await checkAll(checker.page, sample)
    await checker.close()
  })

  it('accepts by key A and in bulk', async () => {
    const [sample] = samples
    const { page, close } = await signedIn(browser, 'checker', `/review?sample=${sample}`)
    await page.locator(`tr[data-key="${replaced}"]`).click()
    await page.getByTestId('versions').locator('ol li').nth(1).waitFor()
    assert.match(await page.getByTestId('versions').innerText(), /复测/, 'the version that was replaced and why')
    await page.locator('h1').click()
    await page.keyboard.press('a')
    await page.locator('[data-testid="outcome"].green').first().waitFor()
    await checkAll(page, sample)
    await shot(page, '08-checked')
    await close()
  })

  it('releases under a signature with the password again', async () => {
    const { page, close } = await signedIn(browser, 'signatory', `/release?q=${batch}`)
    for (const sample of samples.slice(0, 2)) await page.getByTestId(`select-${sample}`).check()
    await page.getByTestId('prepare').click()
    await page.getByTestId('prepared').waitFor()
    await shot(page, '08-differences')
    await page.getByTestId('release').click()
    await page.getByTestId('release-password').fill('not my password')
    await page.getByTestId('release-sign').click()
    assert.equal(await page.getByTestId('problem').getAttribute('data-code'), 'signature_refused')
    await page.getByTestId('release-password').fill(accounts.signatory)
    await shot(page, '09-release')
    await page.getByTestId('release-sign').click()
    await page.getByTestId('released').waitFor()
    await page.locator('[data-testid="released"][data-state="finished"]').waitFor({ timeout: 60_000 })
    await page.locator('tr [data-state="issued"]').nth(1).waitFor()
    certificates = await page.getByTestId('released-certificate').allInnerTexts()
    assert.equal(certificates.length, 2)
    await shot(page, '10-released')
    await close()
  })

  it('shows the certificate and saves its file', async () => {
    const { page, close } = await signedIn(browser, 'signatory', `/certificates/${certificates[0]}`)
    await page.locator('[data-testid="same-file"].green').waitFor()
    const download = page.waitForEvent('download')
    await page.getByTestId('download').click()
    await (await download).saveAs(file)
    assert.equal(readFileSync(file).subarray(0, 5).toString(), '%PDF-')
    verification = new URL(await page.locator('a[href*="/verify/"]').getAttribute('href')).pathname
    await shot(page, '11-certificate')
    await page.goto('/certificates')
    await page.locator(`[data-key="${certificates[0]}"]`).waitFor()
    await shot(page, '12-certificates')
    await close()
  })

  it('opens a certificate and a sample from the scan box', async () => {
    const { page, close } = await signedIn(browser, 'signatory', '/')
    await page.locator('h1').click()
    await page.keyboard.press('/')
    await page.keyboard.type(samples[0])
    await page.keyboard.press('Enter')
    await page.getByTestId('sample-head').waitFor()
    assert.equal(await page.getByTestId('sample-number').innerText(), samples[0])
    await page.getByTestId('scan').fill(certificates[0])
    await page.getByTestId('scan').press('Enter')
    await page.getByTestId('certificate-number').waitFor()
    await page.getByTestId('scan').fill('NO-SUCH-NUMBER')
    await page.getByTestId('scan').press('Enter')
    await page.locator('[data-testid="scan-answer"][data-kind="unknown"]').waitFor()
    await close()
  })

  it('tells the whole story of the sample on its time line', async () => {
    const { page, close } = await signedIn(browser, 'technician', `/samples/${samples[0]}?tab=timeline`)
    await page.getByTestId('timeline').waitFor()
    const told = await page.getByTestId('timeline').innerText()
    for (const person of ['technician', 'analyst', 'checker', 'signatory']) assert.match(told, new RegExp(person))
    await shot(page, '13-time-line')
    await close()
    const small = await signedIn(browser, 'technician', `/samples/${samples[0]}`, phone)
    await small.page.getByTestId('sample-head').waitFor()
    await shot(small.page, '14-sample-phone')
    await small.close()
  })

  it('lets the regulator list and download', async () => {
    const { page, close } = await signedIn(browser, 'regulator', '/')
    assert.match(page.url(), /\/portal/)
    await page.getByTestId('search').fill(certificates[0])
    await page.getByTestId(`download-${certificates[0]}`).waitFor()
    const download = page.waitForEvent('download')
    await page.getByTestId(`download-${certificates[0]}`).click()
    assert.deepEqual(readFileSync(await (await download).path()), readFileSync(file), 'the regulator gets the same bytes')
    await page.locator('[data-testid="downloaded"].good').waitFor()
    await shot(page, '15-portal')
    await close()
  })

  it('answers the public by number and by QR code', async () => {
    const { page, close } = await open(browser, '/verify', phone)
    await page.getByTestId('verify-number').fill(certificates[0])
    await page.getByTestId('verify-number-submit').click()
    await page.getByTestId('verify-number-answer').waitFor()
    await shot(page, '16-verify-number-phone')
    await page.getByTestId('verify-number').fill('BG190000001')
    await page.getByTestId('verify-number-submit').click()
    await page.getByTestId('verify-number-unknown').waitFor()
    await page.goto(verification)
    await page.getByTestId('verify-token-answer').waitFor()
    await page.getByTestId('verify-file').setInputFiles(file)
    await page.locator('[data-testid="verify-same"].green').waitFor()
    await shot(page, '17-verify-code-phone')
    await close()
  })

  it('answers the public about a file, and finds one changed byte', async () => {
    const { page, close } = await open(browser, '/verify')
    const answer = subject => page.getByTestId(`verify-${subject}`).getAttribute('data-answer')
    await page.getByTestId('verify-file').setInputFiles(file)
    await page.getByTestId('verify-answer').waitFor()
    assert.equal(await answer('integrity'), 'intact')
    assert.equal(await answer('status'), 'issued')
    await shot(page, '18-verify-file')
    const changed = Buffer.from(readFileSync(file))
    changed[Math.floor(changed.length / 3)] ^= 1
    const forged = join(tmpdir(), `changed-${batch}.pdf`)
    writeFileSync(forged, changed)
    await page.getByTestId('verify-file').setInputFiles(forged)
    await page.getByTestId('verify-integrity').filter({ hasText: '已被改动' }).waitFor()
    assert.equal(await answer('status'), 'unknown')
    await shot(page, '19-verify-changed')
    await close()
  })
})
