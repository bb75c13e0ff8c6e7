import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { day } from '../../deploy/demo/day.mjs'
import { assertAccessible, launch, shot, signedIn, skip } from './support/browser.mjs'
import { fillRow } from './support/laboratory.mjs'

describe('samples whose papers say more', { skip }, () => {
  const batch = `E${randomBytes(4).toString('hex').toUpperCase()}`
  const drug = {
    product: 'ASP-TAB', specification: '0.1 g', batch_no: batch, maker: '示例制药', client: '示例进口公司', voucher_no: batch, sampled_on: day(-1),
    quantity: '60', quantity_unit: '片', region_code: '990102'
  }
  let browser
  before(async () => (browser = await launch()))
  after(() => browser?.close())

  it('asks an import for its particulars, and for English where the report is in English', async () => {
    const { page, close } = await signedIn(browser, 'technician', '/samples/register')
    await fillRow(page, 0, { ...drug, business_kind: 'import', language: 'en' })
    await page.getByTestId('register-submit').click()
    await page.locator('label.import_country em.field-error').waitFor()
    await fillRow(page, 0, {
      import_country: 'Exampleland', import_port: '示例口岸', import_notice_no: 'TZ-1', import_port_en: 'Example Port', maker_en: 'Example Pharma', quantity_unit_en: 'tablets'
    })
    assert.equal(await page.getByTestId('row-0-import_country_en').count(), 0, 'what is English already is not asked for twice')
    await shot(page, '70-register-import')
    await assertAccessible(page, 'registration of an import')
    await page.getByTestId('register-submit').click()
    const number = await page.getByTestId('registered-number').innerText()

    await page.goto(`/samples/${number}`)
    await page.getByTestId('correct-sample').click()
    await page.getByTestId('amend-new-client_en').fill('Example Imports')
    await page.getByTestId('correct-reason').fill('补充英文')
    await shot(page, '71-correct-sample')
    await page.getByTestId('correct-save').click()
    await page.getByText('Example Imports').waitFor()
    await assertAccessible(page, 'a sample with particulars')
    await close()
  })

  it('lets a retest choose its items, and names what is wrong with the original', async () => {
    const { page, close } = await signedIn(browser, 'technician', '/samples/register')
    await fillRow(page, 0, { ...drug, batch_no: `${batch}R`, business_kind: 'retest', retest_number: 'BG2026999999', retest_applicant: '示例制药', retest_asked_on: day(-1) })
    await page.getByTestId('row-0-retest_items-DISSO').check()
    await page.getByTestId('row-0-retest_items-ASA').check()
    await page.getByTestId('register-submit').click()
    await page.locator('label.retest_number em.field-error').waitFor()
    await shot(page, '72-register-retest')
    await page.getByTestId('row-0-retest_laboratory').fill('示例省检验院')
    await page.getByTestId('row-0-retest_issued_on').fill(day(-9))
    await page.getByTestId('register-submit').click()
    const number = await page.getByTestId('registered-number').innerText()
    await page.goto(`/samples/${number}`)
    await page.getByText('示例省检验院').waitFor()
    assert.equal(await page.locator('tbody tr').filter({ hasText: '溶出度' }).count(), 1)
    assert.equal(await page.locator('tbody tr').filter({ hasText: '游离水杨酸' }).count(), 0)
    await close()
  })
})
