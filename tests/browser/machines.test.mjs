// An administrator issues a token for a machine and disables an account, on the page of accounts.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Scene, TokenApi } from '../http/support/scene.mjs'
import { assertAccessible, desk, launch, phone, shot } from './support/browser.mjs'

describe('the page of accounts', () => {
  let scene, browser
  before(async () => ([scene, browser] = await Promise.all([Scene.open(), launch()])))
  after(async () => {
    await browser?.close()
    await scene?.close()
  })

  it('issues a token once, revokes it, disables an account and enables it', async () => {
    const context = await browser.newContext({ viewport: desk, baseURL: scene.lab.url, locale: 'zh-CN' })
    context.setDefaultTimeout(15_000)
    const page = await context.newPage()
    await page.goto('/login?back=/users')
    await page.getByTestId('login-user').fill('admin')
    await page.getByTestId('login-password').fill(scene.password('admin'))
    await page.getByTestId('login-submit').click()
    await page.getByTestId('new-token').click()
    await page.getByTestId('token-login').selectOption('regulator')
    await page.getByTestId('token-label').fill('监管平台对接')
    await page.getByTestId('token-scope-portal').check()
    await page.getByTestId('token-reason').fill('对接')
    await shot(page, '50-token-new')
    await page.getByTestId('token-issue').click()
    const token = await page.getByTestId('machine-token').innerText()
    const machine = new TokenApi(scene.lab.url, token)
    assert.equal((await machine.fetch('GET', '/portal/certificates')).status, 200)
    await page.getByTestId('machine-token').scrollIntoViewIfNeeded()
    await shot(page, '51-token-shown')
    await assertAccessible(page, 'accounts with a token')
    await page.setViewportSize(phone)
    await page.getByTestId('machine-token').scrollIntoViewIfNeeded()
    await shot(page, '52-token-phone')
    await assertAccessible(page, 'accounts on a phone')
    await page.setViewportSize(desk)
    await page.getByTestId('switch-regulator').click()
    await page.getByTestId('reason').fill('离职')
    await page.getByTestId('reason-confirm').click()
    await page.locator('tr[data-key="regulator"]', { hasText: '已停用' }).waitFor()
    assert.equal((await machine.fetch('GET', '/portal/certificates')).status, 401)
    await page.getByTestId('switch-regulator').click()
    await page.getByTestId('reason').fill('复职')
    await page.getByTestId('reason-confirm').click()
    await page.locator('tr[data-key="regulator"]', { hasText: '可用' }).waitFor()
    await context.close()
  })
})
