import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, describe, it } from 'node:test'
import { Api } from '../../deploy/demo/api.mjs'
import { newSample, Scene } from '../http/support/scene.mjs'
import { accounts, assertAccessible, launch, phone, shot, signedIn, skip, url } from './support/browser.mjs'

/** The list has exactly so many rows. */
const rows = (page, count) => page.locator(`tbody:not(:has(tr:nth-child(${count + 1}))) tr:nth-child(${count})`).waitFor()

/** A regulator searches, takes many certificates home in pieces, watches what is issued, and finds it all in the ledger. */
describe('the portal', { skip }, () => {
  let browser
  let issued
  const scene = new Scene()
  const maker = `门户示例${Date.now()}有限公司`

  async function release(rows) {
    const { accepted } = await scene.technician.post('/samples', { rows })
    const numbers = accepted.map(({ number }) => number)
    for (const number of numbers) {
      await scene.type(number)
      await scene.submit(number)
      await scene.check(number)
    }
    return scene.release(numbers)
  }
  before(async () => {
    browser = await launch()
    scene.lab = { instance: { account: login => ({ password: accounts[login] }) } }
    for (const login of ['technician', 'analyst', 'checker', 'signatory']) scene[login] = await Api.signIn(url, login, accounts[login])
    issued = await release(Array.from({ length: 6 }, (_, i) => newSample({ maker, batch_no: `MH-${i}` })))
  })
  after(() => browser?.close())

  it('finds by any filter, and the address keeps them', async () => {
    const { page, close } = await signedIn(browser, 'regulator', '/portal')
    await page.getByTestId('more-filters').click()
    await page.getByTestId('filter-maker').fill(maker)
    await page.getByTestId('filter-maker').press('Tab')
    await rows(page, issued.length)
    await shot(page, '40-portal')
    await page.getByTestId('filter-batch_no').fill('mh-3')
    await page.getByTestId('filter-batch_no').press('Tab')
    await rows(page, 1)
    await page.reload()
    assert.equal(await page.getByTestId('filter-batch_no').inputValue(), 'mh-3')
    await page.getByTestId('filter-verdict').selectOption('fails')
    await page.getByTestId('empty').waitFor()
    await page.getByTestId('clear-filters').click()
    await assertAccessible(page, 'the portal with its filters')
    await page.setViewportSize(phone)
    await assertAccessible(page, 'the portal with its filters on a phone')
    await page.goto(`/portal?maker=${encodeURIComponent(maker)}`)
    await page.locator('tbody tr').first().waitFor()
    await shot(page, '41-portal-phone')
    await close()
  })

  it('takes what is chosen as one archive, which goes on where it broke', async () => {
    const { page, close } = await signedIn(browser, 'regulator', `/portal?maker=${encodeURIComponent(maker)}`)
    for (const { number } of issued.slice(0, 3)) await page.getByTestId(`select-${number}`).check()
    await page.getByTestId('make-bundle').click()
    const button = page.locator('[data-testid^="fetch-"]').first()
    await button.waitFor()
    // The first answer breaks off after 1,000 bytes.
    let broken = false
    const ranges = []
    await page.route('**/portal/bundles/*/file', async route => {
      ranges.push(route.request().headers().range)
      if (broken) return route.continue()
      broken = true
      const answer = await route.fetch()
      await route.fulfill({ response: answer, body: (await answer.body()).subarray(0, 1000), headers: { ...answer.headers(), 'content-length': '1000' } })
    })
    await button.click()
    await button.filter({ hasText: '继续下载' }).waitFor()
    await shot(page, '42-portal-bundle-broken')
    const download = page.waitForEvent('download')
    await button.click()
    const file = await (await download).path()
    assert.deepEqual(ranges, ['bytes=0-', 'bytes=1000-'])
    assert.match(execFileSync('unzip', ['-t', file]).toString(), /No errors detected/)
    await page.getByTestId('transferred').waitFor()
    await shot(page, '43-portal-bundle')
    await assertAccessible(page, 'archives')
    await page.setViewportSize(phone)
    await assertAccessible(page, 'archives on a phone')
    await shot(page, '44-portal-bundle-phone')
    await close()
  })

  it('shows what is issued as it is issued, without being asked', async () => {
    const { page, close } = await signedIn(browser, 'regulator', '/portal?tab=changes')
    await page.locator('[data-testid="live"].green').waitFor()
    const [one] = await release([newSample({ maker })])
    await page.locator('tbody tr').first().filter({ hasText: one.number }).waitFor()
    await shot(page, '45-portal-changes', { listening: true })
    await close()
  })

  it('has every download in the ledger', async () => {
    const { page, close } = await signedIn(browser, 'regulator', '/portal?tab=downloads')
    await page.getByTestId('search').fill(issued[0].number)
    await rows(page, 1)
    assert.match(await page.locator('tbody tr').innerText(), /压缩包/)
    await page.getByTestId('search').fill('')
    await page.locator('tbody tr').nth(1).waitFor()
    await shot(page, '46-portal-ledger')
    await assertAccessible(page, 'the ledger')
    await page.setViewportSize(phone)
    await assertAccessible(page, 'the ledger on a phone')
    await shot(page, '47-portal-ledger-phone')
    await close()
  })

  it('subscribes by mail, changes the terms and unsubscribes', async () => {
    const address = `duty.${Date.now()}@example.cn`
    const { page, close } = await signedIn(browser, 'regulator', '/portal?tab=subscriptions')
    await page.getByTestId('subscribe').click()
    await page.getByTestId('subscription-address').fill(address)
    await page.getByTestId('subscription-maker').fill(maker)
    await page.getByTestId('subscription-verdict').selectOption('fails')
    await page.getByTestId('subscription-save').click()
    const row = page.locator('tr', { hasText: address })
    await row.waitFor()
    assert.match(await row.textContent(), new RegExp(maker))
    assert.equal(await row.locator('[data-state]').getAttribute('data-state'), 'waiting')
    await page.getByTestId('not-sending').waitFor()
    await assertAccessible(page, 'subscriptions')
    await shot(page, '47-subscriptions')
    await row.locator('[data-testid^=change-]').click()
    await page.getByTestId('subscription-maker').fill('')
    await page.getByTestId('subscription-save').click()
    await page.locator('tr', { hasText: address }).filter({ hasNotText: maker }).waitFor()
    await page.setViewportSize(phone)
    await assertAccessible(page, 'subscriptions on a phone')
    await shot(page, '48-subscriptions-phone')
    await row.locator('[data-testid^=end-]').click()
    await page.getByTestId('subscription-end').click()
    await row.waitFor({ state: 'detached' })
    await page.goto('/subscription/c1-AAAAAAAAAAAAAAAAAAAAAA')
    await page.getByTestId('link-unknown').waitFor()
    await assertAccessible(page, 'a link that is none')
    await close()
  })
})
