import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Api } from '../../deploy/demo/api.mjs'
import { day } from '../../deploy/demo/day.mjs'
import { release } from '../../deploy/demo/release.mjs'
import { accounts, assertAccessible, launch, open, phone, shot, signedIn, skip, url } from './support/browser.mjs'

const VALUES = {
  细菌过滤效率: '99.1', 颗粒过滤效率: '62.4', 压力差: '38.6', 合成血液穿透: '无渗透', 口罩带断裂强力: '12.4', '阻燃性能(续燃时间)': '0', 阻燃性能: '0', 环氧乙烷残留量: '2.1'
}

/** A certificate of a mask: its flame test is outside the demonstration's scope. */
async function issued(batch) {
  const [technician, analyst, checker, signatory] = await Promise.all(['technician', 'analyst', 'checker', 'signatory'].map(login => Api.signIn(url, login, accounts[login])))
  const row = {
    product: 'MASK-SURG', specification: '17.5 cm×9.5 cm', batch_no: batch, maker: '示例防护用品一厂', approval_no: '示例械注准00000002', client: '示例县市场监督管理局',
    business_kind: 'supervision', voucher_no: `V-${batch}`, sampled_on: day(-1), seal_state: 'intact', quantity: '50', quantity_unit: '个', region_code: '990102'
  }
  const { accepted: [{ number: sample }] } = await technician.post('/samples', { rows: [row] })
  const tests = (await analyst.get(`/tests?sample=${sample}&limit=100`)).items
  await technician.post('/results', { rows: tests.map(({ id, version, item }) => ({ test: id, version, value: VALUES[item] ?? assert.fail(item) })) })
  const ids = tests.map(({ id }) => id)
  await analyst.post('/reviews/submit', { tests: ids })
  await checker.post('/reviews/check', { tests: ids })
  const [{ number }] = await release(signatory, [sample], accounts.signatory)
  return { sample, number }
}

describe('the life of a certificate on the pages', { skip }, () => {
  const batch = `L${Date.now().toString(36).toUpperCase()}`
  let browser
  let first
  let second
  before(async () => {
    browser = await launch()
    first = await issued(batch)
  })
  after(() => browser?.close())

  it('begins with a download by the regulator', async () => {
    const { page, close } = await signedIn(browser, 'regulator', `/portal?q=${first.number}`)
    const download = page.waitForEvent('download')
    await page.getByTestId(`download-${first.number}`).click()
    await download
    await close()
  })

  it('an analyst proposes a correction, which the analyst may not check', async () => {
    const { page, close } = await signedIn(browser, 'analyst', `/certificates/${first.number}`)
    await page.getByTestId('life').waitFor()
    assert.match(await page.getByTestId('downloads').innerText(), /示例市市场监督管理局/)
    await page.getByTestId('amend').click()
    assert.ok(await page.getByTestId('amend-results').isDisabled(), 'an analyst reopens no tests')
    assert.ok(await page.getByTestId('amend-propose').isDisabled(), 'nothing is changed yet')
    await page.getByTestId('amend-new-batch_no').fill(`${batch}-B`)
    await page.getByTestId('amend-reason').fill('批号录入有误')
    await shot(page, '30-amend')
    await page.getByTestId('amend-propose').click()
    await page.getByTestId('amendment').waitFor()
    assert.equal(await page.getByTestId('check-amendment').count(), 0)
    await close()
  })

  it('another person checks it, and the signatory releases it with the password', async () => {
    const checker = await signedIn(browser, 'checker', `/certificates/${first.number}`)
    await checker.page.getByTestId('check-amendment').click()
    await checker.page.getByTestId('check-amendment').waitFor({ state: 'detached' })
    await checker.close()
    const { page, close } = await signedIn(browser, 'signatory', `/certificates/${first.number}`)
    await page.getByTestId('release-amendment').click()
    await page.getByTestId(`select-${first.sample}`).check()
    await page.getByTestId('prepare').click()
    await page.getByTestId('release').click()
    await page.getByTestId('release-password').fill(accounts.signatory)
    await page.getByTestId('release-sign').click()
    await page.locator('[data-testid="released"][data-state="finished"]').waitFor({ timeout: 60_000 })
    await page.goto(`/certificates/${first.number}`)
    await page.getByTestId('ended').waitFor()
    await page.locator('.head [data-state="superseded"]').waitFor()
    assert.match(await page.getByTestId('downloads').innerText(), /未阅/)
    await page.reload()
    await page.getByTestId('ended').waitFor()
    assert.match(await page.locator('.head').innerText(), new RegExp(`${batch}$`, 'm'), 'the old one says what it said')
    await shot(page, '31-superseded')
    second = await page.getByTestId('successor').innerText()
    assert.notEqual(second, first.number)
    await page.goto(`/certificates/${second}`)
    await page.locator('.head [data-state="issued"]').waitFor()
    const changes = await page.getByTestId('changes').innerText()
    assert.ok(changes.includes(batch) && changes.includes(`${batch}-B`), changes)
    await page.locator('[data-testid="same-file"].green').waitFor()
    await assertAccessible(page, 'a certificate that replaces another')
    await shot(page, '32-amended')
    await page.goto(`/certificates?status=superseded&q=${first.number}`)
    await page.locator(`[data-key="${first.number}"]`).waitFor()
    await shot(page, '33-certificates')
    await close()
  })

  it('whoever downloaded the old one is told, and the laboratory sees that it was read', async () => {
    const { page, close } = await signedIn(browser, 'regulator', '/portal')
    await page.getByTestId('bell').click()
    await page.getByTestId(`read-${first.number}`).waitFor()
    await assertAccessible(page, 'notices')
    await shot(page, '34-notices')
    await page.getByTestId(`read-${first.number}`).click()
    await page.getByTestId(`read-${first.number}`).waitFor({ state: 'detached' })
    await close()
    const staff = await signedIn(browser, 'quality', `/certificates/${first.number}`)
    assert.match(await staff.page.getByTestId('notice-sent').innerText(), /监管人员甲.*已阅/s)
    await staff.close()
  })

  it('a hold is set with a reason and shows in the list of what is kept', async () => {
    const { page, close } = await signedIn(browser, 'quality', `/certificates/${second}`)
    await page.getByTestId('hold').click()
    await page.getByTestId('reason').fill('案件未结')
    await page.getByTestId('reason-confirm').click()
    await page.getByTestId('retention').getByText('案件未结').waitFor()
    await page.goto('/retention?state=held')
    await page.locator(`[data-key="${second}"] [data-state="held"]`).waitFor()
    await assertAccessible(page, 'retention')
    await shot(page, '35-retention')
    await close()
  })

  it('a withdrawal is signed, and the public is told at once', async () => {
    const { page, close } = await signedIn(browser, 'signatory', `/certificates/${second}`)
    await page.getByTestId('withdraw').click()
    await page.getByTestId('withdraw-category').selectOption('result')
    await page.getByTestId('withdraw-reason').fill('仪器未校准')
    await page.getByTestId('withdraw-password').fill(accounts.signatory)
    await shot(page, '36-withdraw')
    await page.getByTestId('withdraw-sign').click()
    await page.locator('.head [data-state="withdrawn"]').waitFor()
    await page.setViewportSize(phone)
    await page.reload()
    await page.getByTestId('ended').waitFor()
    await assertAccessible(page, 'a withdrawn certificate on a phone')
    await shot(page, '37-withdrawn-phone')
    await close()
    const anybody = await open(browser, `/verify?number=${second}`)
    assert.match(await anybody.page.getByTestId('verify-number-ended').innerText(), /检验结果有误/)
    await anybody.page.goto(`/verify?number=${first.number}`)
    assert.match(await anybody.page.getByTestId('verify-number-ended').innerText(), new RegExp(second))
    await shot(anybody.page, '38-verify-superseded')
    await anybody.close()
  })
})
