import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Api } from '../../deploy/demo/api.mjs'
import { checkedSamples } from '../support/checked.mjs'
import { accounts, assertAccessible, launch, phone, shot, signedIn, skip, url } from './support/browser.mjs'

/** A release of many as a signatory does it: choose, see what differs, sign once, follow. */
describe('a release of many', { skip }, () => {
  const count = 24
  let browser
  let samples
  before(async () => {
    browser = await launch()
    samples = await checkedSamples({ login: login => Api.signIn(url, login, accounts[login]) }, count, { failing: 8 })
  })
  after(() => browser?.close())

  it('picks samples by product, verdict and due day, and with the keyboard', async () => {
    const { page, close } = await signedIn(browser, 'signatory', '/release?product=CREAM&verdict=fails')
    await page.locator(`[data-key="${samples[7]}"]`).waitFor()
    assert.equal(await page.locator(`[data-key="${samples[0]}"]`).count(), 0, 'one that conforms is not in the list')
    await page.getByTestId('filter-verdict').selectOption('')
    await page.locator(`[data-key="${samples[0]}"]`).waitFor()
    await page.locator('h1').click()
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Space')
    assert.equal(await page.locator('tbody input:checked').count(), 2)
    await page.keyboard.press('Space')
    assert.equal(await page.locator('tbody input:checked').count(), 1)
    await page.keyboard.press('a')
    await page.locator('tbody input:checked').nth(count - 1).waitFor()
    await assertAccessible(page, 'the choice')
    await shot(page, '40-release-choice')
    await page.setViewportSize(phone)
    await assertAccessible(page, 'the choice on a phone')
    await shot(page, '41-release-choice-phone')
    await close()
  })

  it('shows what differs, refuses what changed meanwhile, and survives a reload', async () => {
    const { page, close } = await signedIn(browser, 'signatory', '/release?product=CREAM&q=' + encodeURIComponent(samples[0].slice(0, 10)))
    await page.locator(`[data-key="${samples[0]}"]`).waitFor()
    await page.locator('h1').click()
    await page.keyboard.press('a')
    await page.locator('tbody input:checked').nth(count - 1).waitFor()
    await page.keyboard.press('Enter')
    await page.getByTestId('prepared').waitFor()
    await page.locator(`tr[data-key="${samples[7]}"] [data-kind="failing"]`).waitFor()
    await page.getByTestId('tab-different').click()
    assert.equal(await page.locator(`tr[data-key="${samples[0]}"]`).count(), 0)
    await page.locator('h1').click()
    await page.keyboard.press('Enter')
    await page.locator('tr.opened table').waitFor()
    await assertAccessible(page, 'the differences')
    await shot(page, '42-release-differences')
    await page.setViewportSize(phone)
    await assertAccessible(page, 'the differences on a phone')
    await shot(page, '43-release-differences-phone')
    await page.setViewportSize({ width: 1366, height: 768 })

    const checker = await Api.signIn(url, 'checker', accounts.checker)
    const [test] = (await checker.get(`/tests?sample=${samples[3]}`)).items
    await checker.post('/reviews/return', { tests: [test.id], reason: '数据有误' })
    await page.reload()
    await page.getByTestId('release').click()
    await page.getByTestId('release-password').fill(accounts.signatory)
    await shot(page, '44-release-sign')
    await page.getByTestId('release-sign').click()
    await page.getByTestId('released').waitFor()
    await page.reload()
    await page.locator('[data-testid="released"][data-state="finished"]').waitFor({ timeout: 60_000 })
    await page.getByTestId('tab-all').click()
    await page.locator(`tr[data-key="${samples[0]}"] [data-state="issued"]`).waitFor()
    assert.equal(await page.locator(`tr[data-key="${samples[3]}"] [data-testid="row-reason"]`).getAttribute('data-code'), 'wrong_state')
    await page.getByTestId('tab-refused').click()
    assert.equal(await page.locator('tbody tr[data-key]').count(), 1)
    await page.getByTestId('tab-all').click()
    await assertAccessible(page, 'the progress')
    await shot(page, '45-release-progress')
    await page.setViewportSize(phone)
    await assertAccessible(page, 'the progress on a phone')
    await shot(page, '46-release-progress-phone')
    await page.getByTestId('release-back').click()
    await page.getByTestId('earlier-releases').waitFor()
    await close()
  })
})
