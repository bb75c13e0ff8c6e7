import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Api } from '../../deploy/demo/api.mjs'
import { day } from '../../deploy/demo/day.mjs'
import { accounts, assertAccessible, launch, phone, shot, signedIn, skip, url } from './support/browser.mjs'

const batch = `W${Date.now().toString(36).toUpperCase()}`

/** What a technician does who stands before the balance of the demonstration, which says 98.76 g once it is quiet. */
describe('a balance that is read from the result page', { skip }, () => {
  let browser
  let sample
  before(async () => {
    browser = await launch()
    const technician = await Api.signIn(url, 'technician', accounts.technician)
    const row = {
      product: 'TALC', specification: '100 g', batch_no: batch, maker: '示例化妆品一厂', approval_no: '示例妆网备字00000003', client: '示例县市场监督管理局',
      business_kind: 'supervision', voucher_no: `V-${batch}`, sampled_on: day(-1), seal_state: 'intact',
      quantity: '12', quantity_unit: '瓶', region_code: '990102'
    }
    sample = (await technician.post('/samples', { rows: [row] })).accepted[0].number
  })
  after(() => browser?.close())

  async function atTheBalance() {
    const opened = await signedIn(browser, 'technician', `/results?sample=${sample}`)
    await opened.page.getByTestId('balance').selectOption('BAL-1')
    return { ...opened, button: opened.page.getByRole('button', { name: '读数' }) }
  }

  it('says in words why nothing was read', async () => {
    const { page, close, button } = await atTheBalance()
    await page.route(/\/instruments\/BAL-1\/commands(\?|$)/, async route => {
      if (route.request().method() === 'GET') {
        return route.fulfill({ json: { items: [{ id: 7, kind: 'read', state: 'failed', note: 'overload', sample, tests: [] }] } })
      }
      return route.fulfill({ status: 201, json: { commands: [{ id: 7, kind: 'read', state: 'waiting', note: '', sample, tests: [] }], refused: [] } })
    })
    await button.click()
    await page.getByText('没有读到：超载').waitFor()
    await shot(page, '40-balance-overload')
    await close()
  })

  it('puts the stable weight beside its test, judged', async () => {
    const { page, close, button } = await atTheBalance()
    await shot(page, '41-balance')
    await button.click()
    await page.locator('.reading [role="status"]').waitFor()
    await shot(page, '42-balance-waiting')
    const row = page.locator(`tr[data-sample="${sample}"]:has(input[data-row])`)
    await row.locator('[data-state="conforms"]').waitFor()
    assert.equal(await row.locator('input[data-row]').inputValue(), '98.76')
    await assertAccessible(page, 'the result page with a balance')
    await shot(page, '43-balance-read')
    await page.setViewportSize(phone)
    await shot(page, '44-balance-phone')
    await close()
  })
})
