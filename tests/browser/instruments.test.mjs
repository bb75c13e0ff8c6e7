import assert from 'node:assert/strict'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Api } from '../../deploy/demo/api.mjs'
import { day } from '../../deploy/demo/day.mjs'
import { accounts, assertAccessible, launch, phone, shot, signedIn, skip, url } from './support/browser.mjs'

const folder = process.env.TOUCHSTONE_FOLDER
const batch = `I${Date.now().toString(36).toUpperCase()}`
const german = sample => `Charge;Probe;ASS;SA\nC1;${sample};99,1;0,05\n`

/** What a technician does when an instrument speaks otherwise than it is known to. */
describe('an instrument that speaks its own way', { skip: skip || (folder ? false : 'TOUCHSTONE_FOLDER is not set') }, () => {
  let browser
  let technician
  let samples
  before(async () => {
    browser = await launch()
    technician = await Api.signIn(url, 'technician', accounts.technician)
    const rows = [1, 2].map(number => ({
      product: 'ASP-TAB', specification: '0.1 g', batch_no: `${batch}-${number}`, maker: '示例药厂', client: '示例医院', business_kind: 'supervision',
      voucher_no: `V-${batch}`, sampled_on: day(-1), seal_state: 'intact', quantity: '12', quantity_unit: '瓶', region_code: '990102'
    }))
    samples = (await technician.post('/samples', { rows })).accepted.map(({ number }) => number)
  })
  after(() => browser?.close())

  /** Into the watched folder, there whole or not at all. */
  function drop(text) {
    const name = `${batch}-${Math.random().toString(36).slice(2)}.csv`
    writeFileSync(join(folder, 'drop/HPLC-1', `.${name}`), text)
    renameSync(join(folder, 'drop/HPLC-1', `.${name}`), join(folder, 'drop/HPLC-1', name))
  }

  async function until(what, look) {
    for (let tries = 0; tries < 100; tries++) {
      const found = await look()
      if (found) return found
      await new Promise(go => setTimeout(go, 200))
    }
    return assert.fail(`${what} did not come`)
  }

  const messageOf = specimen => until(`a message of ${specimen}`, async () => (await technician.get(`/intake/messages?specimen=${specimen}`)).items[0])
  const valuesOf = async sample => (await technician.get(`/tests?sample=${sample}&limit=100`)).items.filter(test => test.source === 'instrument').map(test => test.value).sort()

  async function mean(page, column, meaning, code) {
    await page.getByTestId(`column-${column}`).click()
    await page.getByTestId('meaning').selectOption(meaning)
    if (code) {
      await page.getByTestId('meaning-code').fill(code)
      await page.getByTestId('meaning-unit').fill('%')
    }
    await page.getByTestId('meaning-set').click()
  }

  it('is taught by clicking on the columns of a sample file, and its next file becomes results', async () => {
    const { page, close } = await signedIn(browser, 'technician', '/instruments/HPLC-1')
    await page.getByTestId('sample-file').setInputFiles({ name: 'sample.csv', mimeType: 'text/csv', buffer: Buffer.from(german('X1')) })
    await page.getByTestId('preview-refused').waitFor()
    await page.getByTestId('delimiter').selectOption(';')
    await page.getByTestId('decimal').selectOption(',')
    await page.getByTestId('column-4').waitFor()
    await mean(page, 2, 'specimen')
    await mean(page, 3, 'wide', 'Aspirin')
    await mean(page, 4, 'wide', 'Salicylic acid')
    for (let left = await page.getByTestId('strays').locator('button').count(); left > 0; left--) await page.getByTestId('strays').locator('button').first().click()
    const read = page.getByTestId('preview-observations').locator('tbody tr')
    await read.nth(1).waitFor()
    assert.deepEqual(await read.first().locator('td').allInnerTexts(), ['X1', 'Aspirin', '99,1', '99.1', '%', ''])
    await read.first().click()
    assert.equal(await page.locator('[data-testid="outline"] td.marked').innerText(), '99,1')
    await page.locator('[data-testid="outline"] td', { hasText: '0,05' }).click()
    assert.match(await page.locator('[data-testid="preview-observations"] tr.selected').innerText(), /Salicylic/)
    await assertAccessible(page, 'the mapping page')
    await shot(page, '30-mapping')
    await page.setViewportSize(phone)
    await shot(page, '31-mapping-phone')
    await page.setViewportSize({ width: 1366, height: 768 })
    await page.getByTestId('mapping-save').click()
    await page.getByTestId('reason').fill('新软件导出的格式')
    await page.getByTestId('reason-confirm').click()
    await page.getByTestId('mapping-difference').waitFor()
    await shot(page, '32-mapping-versions')
    drop(german(samples[0]))
    const message = await messageOf(samples[0])
    assert.deepEqual([message.state, message.imported], ['imported', 2])
    assert.deepEqual(await valuesOf(samples[0]), ['0.05', '99.1'])
    await close()
  })

  it('shows the sheet of a workbook to point at', async () => {
    const protocol = await technician.get('/instruments/HPLC-1').then(one => one.protocol)
    await technician.fetch('POST', '/instruments/HPLC-1/protocol', { protocol: 'xls', reason: '试用另一种导出' })
    const { page, close } = await signedIn(browser, 'technician', '/instruments/HPLC-1')
    await page.getByTestId('sample-file').setInputFiles(new URL('../unit/instruments/workbooks/cells.xls', import.meta.url).pathname)
    await page.getByTestId('sheet').waitFor()
    assert.equal(await page.getByTestId('sheet').inputValue(), 'Results')
    assert.equal(await page.getByTestId('delimiter').count(), 0)
    assert.match(await page.getByTestId('outline').innerText(), /Sample ID/)
    await mean(page, 1, 'specimen')
    await page.getByTestId('column-1').filter({ hasText: '条码' }).waitFor()
    await shot(page, '31-mapping-workbook')
    await page.setViewportSize(phone)
    await shot(page, '31-mapping-workbook-phone')
    await page.setViewportSize({ width: 1366, height: 768 })
    await page.getByTestId('sheet').selectOption('Hidden')
    await page.getByTestId('outline').filter({ hasNotText: 'Sample ID' }).waitFor()
    await close()
    await technician.fetch('POST', '/instruments/HPLC-1/protocol', { protocol, reason: '恢复' })
  })

  it('goes back to an earlier mapping as a new version', async () => {
    const { page, close } = await signedIn(browser, 'technician', '/instruments/HPLC-1')
    await page.getByTestId('restore-1').click()
    await page.getByTestId('reason').fill('软件已恢复')
    await page.getByTestId('reason-confirm').click()
    await page.getByTestId('restore-2').waitFor()
    const { mappings } = await technician.get('/instruments/HPLC-1')
    assert.deepEqual(mappings.map(({ version }) => version), [3, 2, 1])
    assert.deepEqual(JSON.parse(mappings[0].mapping), JSON.parse(mappings[2].mapping))
    await close()
  })

  it('has a message held for its barcode and its code, which is fixed on its page and becomes results', async () => {
    const wrong = `WRONG-${batch}`
    drop(`Sample ID,Component,Amount,Unit,Acquired\n${wrong},ASS,98.7,%,\n${wrong},Salicylic acid,0.06,%,\n`)
    const message = await messageOf(wrong)
    assert.equal(message.state, 'held')
    const { page, close } = await signedIn(browser, 'technician', `/messages?reason=unknown_specimen`)
    await page.getByTestId('held-reasons').waitFor()
    await shot(page, '33-held')
    await page.goto(`/messages/${message.uid}`)
    await page.getByTestId('correct-0').click()
    await page.getByTestId('correct-specimen').fill(samples[1])
    await page.getByTestId('correct-all').check()
    await page.getByTestId('reason').fill('条码贴错')
    await page.getByTestId('correct-save').click()
    await page.getByTestId('code-0').click()
    await page.getByTestId('code-analyte').selectOption('ASA')
    await page.getByTestId('reason').fill('软件改了名称')
    await page.getByTestId('code-save').click()
    await page.getByTestId('replay-outcome').filter({ hasText: '1/1' }).waitFor()
    await shot(page, '34-replayed')
    await page.getByTestId('replay-close').click()
    await page.locator('[data-testid="observations"] [data-state="imported"]').nth(1).waitFor()
    await page.getByTestId('reading-changes').locator('li').first().waitFor()
    await assertAccessible(page, 'a message that was fixed')
    await shot(page, '35-message-fixed')
    assert.deepEqual(await valuesOf(samples[1]), ['0.06', '98.7'])
    await technician.post('/intake/replays', { messages: [message.uid], reason: '再读一次' })
    assert.deepEqual(await valuesOf(samples[1]), ['0.06', '98.7'])
    const { readings } = await technician.get(`/intake/messages/${message.uid}`)
    assert.deepEqual(readings.map(({ version }) => version), [4, 3, 2, 1])
    await close()
  })

  it('has its value beside the unit on a phone, and a list that filters left empty says the way on', async () => {
    const { page, close } = await signedIn(browser, 'technician', `/samples/${samples[1]}`, phone)
    const cell = page.locator('td', { has: page.locator('strong', { hasText: '98.7' }) })
    const [value, unit] = await Promise.all(['strong', '.soft'].map(part => cell.locator(part).boundingBox()))
    assert.ok(unit.x - value.x - value.width < 10, `the unit stands ${unit.x - value.x - value.width} pixels from its value`)
    await page.goto(`/messages?specimen=NOWHERE-${batch}`)
    await page.getByTestId('clear-all-filters').click()
    await page.locator('tr[data-key]').first().waitFor()
    assert.equal(new URL(page.url()).search, '')
    await close()
  })

  it('shows the bytes of what it said, clicked either way', async () => {
    const message = await messageOf(samples[0])
    const { page, close } = await signedIn(browser, 'analyst', `/messages/${message.uid}`)
    await page.getByTestId('outline').waitFor()
    await page.locator('[data-testid="outline"] td', { hasText: '0,05' }).click()
    assert.equal(await page.getByTestId('replay').count(), 0, 'an analyst looks, but does not act')
    await page.getByTestId('view-bytes').click()
    await page.getByTestId('raw-hex').click()
    await page.locator('[data-testid="raw"] mark').first().waitFor()
    await close()
  })
})
