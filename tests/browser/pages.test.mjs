import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertAccessible, launch, open, phone, shot, signedIn, skip } from './support/browser.mjs'

/** Pages that everybody meets: readable by assistive technology, as wide as their window, on a desk and on a phone. */
const places = [
  ['technician', ['/', '/samples', '/samples/register', '/messages', '/late', '/instruments', '/instruments/HPLC-1', '/quality', '/gateways', '/gateways/gateway']],
  ['analyst', ['/results']],
  ['checker', ['/review']],
  ['signatory', ['/release', '/certificates', '/notices']],
  ['quality', ['/retention']],
  ['regulator', ['/portal']],
  ['admin', ['/users', '/trail', '/docs', '/layouts', '/layouts/drug', '/layouts/drug?view=versions']]
]

describe('every page', { skip }, () => {
  let browser
  before(async () => (browser = await launch()))
  after(() => browser?.close())

  for (const [login, paths] of places) {
    it(`of ${login} is accessible and fits`, async () => {
      const { page, close } = await signedIn(browser, login, paths[0])
      for (const path of paths) {
        await page.goto(path)
        await page.locator('h1').first().waitFor()
        assert.equal(await page.getByTestId('no-right').count(), 0, path)
        assert.equal(await page.getByTestId('problem').count(), 0, `${path} shows no problem`)
        await assertAccessible(page, path)
        await page.setViewportSize(phone)
        await assertAccessible(page, `${path} on a phone`)
        await page.setViewportSize({ width: 1366, height: 768 })
      }
      await close()
    })
  }

  it('that needs no account is accessible and fits', async () => {
    const { page, close } = await open(browser, '/login')
    for (const path of ['/login', '/verify', '/docs', '/no-such-page']) {
      await page.goto(path)
      await page.locator('h1').first().waitFor()
      await assertAccessible(page, path)
      await page.setViewportSize({ width: 360, height: 740 })
      await assertAccessible(page, `${path} on a phone`)
      await page.setViewportSize({ width: 1366, height: 768 })
    }
    await close()
  })

  it('speaks English when asked, and remembers', async () => {
    const { page, close } = await open(browser, '/login')
    await page.getByTestId('language').selectOption('en')
    assert.equal(await page.getByTestId('login-submit').innerText(), 'Sign in')
    await page.reload()
    assert.equal(await page.getByTestId('login-submit').innerText(), 'Sign in')
    await page.getByTestId('login-user').fill('nobody-of-this-name')
    await page.getByTestId('login-password').fill('wrong')
    await page.getByTestId('login-submit').click()
    assert.match(await page.getByTestId('problem').innerText(), /[Pp]assword/)
    await close()
  })

  it('of a message marks the bytes of an observation', async () => {
    const { page, close } = await signedIn(browser, 'technician', '/messages')
    await page.locator('tr[data-key], [data-testid="empty"]').first().waitFor()
    const imported = page.locator('tr[data-key]:has([data-state="imported"]) a').first()
    if (await imported.count()) {
      await imported.click()
      await page.getByTestId('observations').waitFor()
      await page.locator('[data-testid="outline"] .marked').first().waitFor()
      await assertAccessible(page, 'a message')
      await shot(page, '20-message')
      await page.getByTestId('view-bytes').click()
      await page.locator('[data-testid="raw"] mark').first().waitFor()
      await page.getByTestId('raw-hex').click()
      await page.locator('[data-testid="raw"] mark').first().waitFor()
    }
    await close()
  })
})
