import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { launch, shot, signedIn, skip } from './support/browser.mjs'

/** Rows of a spreadsheet, as if pasted with Ctrl+V into the element in focus. */
async function paste(page, rows) {
  await page.evaluate(text => {
    const data = new DataTransfer()
    data.setData('text/plain', text)
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
  }, rows.map(cells => cells.join('\t')).join('\n'))
}

describe('entering much at once', { skip }, () => {
  const batch = `P${randomBytes(4).toString('hex').toUpperCase()}`
  let browser
  let sample
  before(async () => (browser = await launch()))
  after(() => browser?.close())

  it('takes a block of a spreadsheet after showing what it would become', async () => {
    const { page, close } = await signedIn(browser, 'technician', '/samples/register')
    await page.getByTestId('row-0-batch_no').focus()
    await paste(page, [
      ['品种', '批号', '规格', '生产单位', '被抽样单位', '抽样凭证号', '抽样日期', '数量', '单位', '行政区划', '业务类型'],
      ['保湿霜', batch, '50 g', '示例化妆品一厂', '示例商场', batch, '2026/1/5', '3', '瓶', '990102', '委托检验']
    ])
    await page.getByTestId('paste-preview').waitFor()
    await shot(page, '21-paste')
    await page.getByTestId('paste-take').click()
    assert.equal(await page.getByTestId('row-0-product').inputValue(), 'CREAM')
    assert.equal(await page.getByTestId('row-0-sampled_on').inputValue(), '2026-01-05')
    assert.equal(await page.getByTestId('row-0-business_kind').inputValue(), 'commission')
    await page.reload()
    assert.equal(await page.getByTestId('row-0-batch_no').inputValue(), batch, 'the draft outlives a reload')
    await page.getByTestId('register-submit').click()
    sample = await page.getByTestId('registered-number').innerText()
    await close()
  })

  it('moves, copies and pastes in the grid by keys alone', async () => {
    const { page, close } = await signedIn(browser, 'technician', `/results?sample=${sample}`)
    const cell = row => page.locator(`input[data-row="${row}"]`)
    await cell(0).focus()
    await page.keyboard.type('1')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Control+d')
    assert.equal(await cell(1).inputValue(), '1')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    assert.ok(await cell(3).evaluate(element => element === document.activeElement))
    await page.keyboard.press('ArrowUp')
    await paste(page, [['2'], ['3']])
    assert.equal(await page.getByTestId('paste-preview').locator('tbody tr').count(), 2)
    await page.getByTestId('paste-take').click()
    assert.deepEqual([await cell(2).inputValue(), await cell(3).inputValue()], ['2', '3'])
    await cell(1).focus()
    await page.keyboard.press('Escape')
    assert.equal(await cell(1).inputValue(), '')
    await page.keyboard.press('Control+s')
    await page.getByTestId('results-outcome').filter({ hasText: '已保存 3 项' }).waitFor()
    await page.reload()
    await cell(3).waitFor()
    assert.equal(await cell(3).inputValue(), '3')
    await close()
  })

  it('shows what somebody else saved meanwhile and keeps what was typed', async () => {
    const slow = await signedIn(browser, 'technician', `/results?sample=${sample}`)
    const fast = await signedIn(browser, 'analyst', `/results?sample=${sample}`)
    const mine = slow.page.locator('input[data-row="1"]')
    await mine.fill('0.4')
    await fast.page.locator('input[data-row="1"]').fill('0.5')
    await fast.page.keyboard.press('Control+s')
    await fast.page.getByTestId('results-outcome').filter({ hasText: '已保存 1 项' }).waitFor()
    await fast.close()
    await slow.page.getByTestId('save-results').click()
    const conflict = slow.page.getByTestId('conflict')
    await conflict.waitFor()
    assert.match(await conflict.innerText(), /0\.5.*0\.4/)
    assert.equal(await mine.inputValue(), '0.4')
    await shot(slow.page, '22-conflict')
    await slow.page.getByTestId('conflict-mine').click()
    await slow.page.getByTestId('save-results').click()
    await slow.page.getByTestId('reason').fill('复核原始记录')
    await slow.page.getByTestId('reason-confirm').click()
    await slow.page.getByTestId('results-outcome').filter({ hasText: '已保存 1 项' }).waitFor()
    await slow.page.reload()
    await mine.waitFor()
    assert.equal(await mine.inputValue(), '0.4')
    await slow.close()
  })

  it('leaves nothing open after signing out', async () => {
    const { page, close } = await signedIn(browser, 'technician', '/samples')
    await page.getByTestId('person').locator('summary').click()
    await page.getByTestId('sign-out').click()
    await page.getByTestId('login-user').waitFor()
    await page.goto('/samples')
    await page.waitForURL(/\/login\?back=/)
    await close()
  })
})
