import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Api } from '../../deploy/demo/api.mjs'
import { Instance } from '../../deploy/demo/instance.mjs'
import { CONTROLS } from '../../deploy/demo/samples.mjs'
import { message, records } from '../../deploy/demo/instruments.mjs'
import { newMessage, newSample } from '../http/support/scene.mjs'
import { storeTrace } from '../support/traces.mjs'
import { accounts, assertAccessible, launch, phone, shot, signedIn, skip, url } from './support/browser.mjs'

/** Control charts, late results and traces, as people work with them. The data is brought as a gateway brings it. */
const folder = process.env.TOUCHSTONE_FOLDER
const PEAK = 30_123

function controls() {
  const bytes = Buffer.from(records(message('icpms.astm', CONTROLS.map(values => ({ barcode: 'QC-METAL-1', values })))))
  return newMessage('', { sha256: createHash('sha256').update(bytes).digest('hex'), content: bytes.toString('base64') })
}

/** 60,000 points with one that stands out. */
function trace() {
  const y = Array.from({ length: 60_000 }, (_, i) => 10 + 5 * Math.sin(i / 4000) + 400 * Math.exp(-(((i - 20_000) / 600) ** 2)))
  y[PEAK] = 250
  return { name: '示例色谱图 254 nm', kind: 'chromatogram', xUnit: 'min', yUnit: 'mAU', start: 0, step: 0.0005, y }
}

describe('quality', { skip: skip || (folder ? false : 'TOUCHSTONE_FOLDER is not set') }, () => {
  let browser
  let sample
  let measured
  before(async () => {
    browser = await launch()
    const token = readFileSync(join(folder, 'gateway.token'), 'utf8').trim()
    const gateway = new Api(url)
    const technician = await Api.signIn(url, 'technician', accounts.technician)
    const { accepted } = await technician.post('/samples', { rows: [newSample()] })
    sample = accepted[0].number
    measured = newMessage(sample)
    const answer = await gateway.fetch('POST', '/intake/messages', { messages: [controls(), measured, newMessage(sample)] }, { authorization: `Bearer ${token}` })
    assert.equal(answer.status, 200, await answer.text())
    await storeTrace(new Instance(folder), measured.id, trace())
  })
  after(() => browser?.close())

  it('charts control samples, and a person comments on what breaks a rule', async () => {
    const { page, close } = await signedIn(browser, 'quality', '/quality')
    await page.getByTestId('chart-PB').waitFor()
    await assertAccessible(page, 'control charts')
    await shot(page, '30-quality')
    await page.getByTestId('chart-PB').click()
    await page.getByTestId('control-chart').locator('canvas').waitFor()
    await assertAccessible(page, 'a control chart')
    await shot(page, '31-control-chart')
    const bad = page.locator('tr[data-key]', { hasText: '1-3s' })
    assert.equal(await bad.count(), 1)
    await bad.locator('input[type=checkbox]').check()
    await page.getByTestId('comment').click()
    await page.getByTestId('reason').fill('更换炬管后复测合格')
    await page.getByTestId('reason-confirm').click()
    await bad.getByText('更换炬管后复测合格').waitFor()
    await page.setViewportSize(phone)
    await assertAccessible(page, 'a control chart on a phone')
    await shot(page, '32-control-chart-phone')
    await page.goto('/quality')
    await page.getByTestId('chart-PB').waitFor()
    await assertAccessible(page, 'control charts on a phone')
    await shot(page, '33-quality-phone')
    await close()
  })

  it('lays a late value beside the standing one, and a person takes or dismisses it', async () => {
    const { page, close } = await signedIn(browser, 'analyst', `/late?sample=${sample}`)
    const rows = page.locator('tr[data-key]')
    await rows.first().waitFor()
    assert.equal(await rows.count(), 4)
    await assertAccessible(page, 'late results')
    await shot(page, '34-late')
    await rows.first().locator('input[type=checkbox]').check()
    await page.getByTestId('late-take').click()
    await page.getByTestId('reason').fill('仪器复测')
    await page.getByTestId('reason-confirm').click()
    await rows.nth(3).waitFor({ state: 'detached' })
    await page.getByTestId('select-all').check()
    await page.getByTestId('late-dismiss').click()
    await page.getByTestId('reason').fill('重复发送')
    await page.getByTestId('reason-confirm').click()
    await page.getByTestId('empty').waitFor()
    await page.getByTestId('tab-decided').click()
    await rows.nth(3).waitFor()
    await page.setViewportSize(phone)
    await assertAccessible(page, 'late results on a phone')
    await shot(page, '35-late-phone')
    await close()
  })

  it('draws a trace that loses no peak, and asks for finer data when zoomed by drag and by keys', async () => {
    const { page, close } = await signedIn(browser, 'analyst', `/messages/${measured.id}`)
    const trace = page.getByTestId('trace')
    await trace.locator('canvas').waitFor()
    await page.locator('[data-testid="trace"][data-exact="false"]').waitFor()
    const all = Number(await trace.getAttribute('data-within'))
    assert.equal(all, 60_000)
    await assertAccessible(page, 'a message with a trace')  // from its top: scrolled, the page's bar covers half of some control
    await trace.scrollIntoViewIfNeeded()
    await shot(page, '36-trace')
    const answer = page.waitForResponse(response => /series\/0\?.*from=/.test(response.url()))
    const box = await page.getByTestId('trace-field').boundingBox()
    await page.mouse.move(box.x + box.width * 0.5, box.y + 120)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.55, box.y + 120, { steps: 4 })
    await page.mouse.up()
    const drawn = await (await answer).json()
    assert.ok(drawn.within < 6000 && drawn.within > 1000, `${drawn.within} points in the window`)
    assert.ok(drawn.y.includes(250), 'the single high point is drawn')
    await page.locator(`[data-testid="trace"][data-within="${drawn.within}"]`).waitFor()
    await shot(page, '37-trace-zoomed')
    await page.getByTestId('trace-field').focus()
    for (let i = 0; i < 2; i++) {
      const finer = page.waitForResponse(response => /series\/0\?.*from=/.test(response.url()))
      await page.keyboard.press('+')
      await finer
    }
    await page.locator('[data-testid="trace"][data-exact="true"]').waitFor()
    await page.keyboard.press('Home')
    await page.locator('[data-testid="trace"][data-within="60000"]').waitFor()
    await page.setViewportSize(phone)
    await assertAccessible(page, 'a trace on a phone')
    await trace.scrollIntoViewIfNeeded()
    await shot(page, '38-trace-phone')
    await close()
  })

  it('says so where a message has no trace', async () => {
    const { page, close } = await signedIn(browser, 'analyst', '/messages')
    await page.locator('tr[data-key] a').first().click()
    await page.getByTestId('no-series').waitFor()
    await close()
  })
})
