import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Api } from '../../deploy/demo/api.mjs'
import { release } from '../../deploy/demo/release.mjs'
import { newSample } from '../http/support/scene.mjs'
import { accounts, assertAccessible, launch, phone, shot, signedIn, skip, url } from './support/browser.mjs'

const VALUES = { 铅: '0.42', 砷: '0.08', 汞: '0.011', 镉: '0.027', 菌落总数: '120', 铜绿假单胞菌: '未检出' }
const TITLE = '检验报告书新版'

/** A sample of a cosmetic, registered, tested, checked and released by its hands; the certificate. */
async function released() {
  const hand = login => Api.signIn(url, login, accounts[login])
  const { accepted: [{ number }] } = await (await hand('technician')).post('/samples', { rows: [newSample()] })
  const analyst = await hand('analyst')
  const tests = (await analyst.get(`/tests?sample=${number}&limit=500`)).items
  await analyst.post('/results', { rows: tests.map(({ id, version, item }) => ({ test: id, version, value: VALUES[item] })) })
  await analyst.post('/reviews/submit', { tests: tests.map(({ id }) => id) })
  await (await hand('checker')).post('/reviews/check', { tests: tests.map(({ id }) => id) })
  const signatory = await hand('signatory')
  const [one] = await release(signatory, [number], accounts.signatory)
  return { ...one, layout: one.frozen.layout }
}

const previewText = page => page.getByTestId('preview-text').innerText()
/** Waits until the picture beside the editor says something. */
const previewSays = (page, text) => page.getByTestId('preview-text').filter({ hasText: text }).waitFor({ state: 'attached' })

/** Replaces a text of the layout as a person does with the editor's own search. */
async function edit(page, change) {
  const editor = page.getByTestId('layout-xml')
  await editor.click()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText(change(await xmlOf(page)))
}
async function xmlOf(page) {
  const code = new URL(page.url()).pathname.split('/').at(-1)
  return (await (await page.context().request.get(`/api/v1/layouts/${code}`)).json()).xml
}

async function check(browser, login, code) {
  const { page, close } = await signedIn(browser, login, `/layouts/${code}?view=versions`)
  await page.getByTestId('layout-accept').click()
  await page.getByTestId('reason').fill('已核对')
  await page.getByTestId('reason-confirm').click()
  return { page, close }
}
async function approve(browser, login, code) {
  const { page, close } = await signedIn(browser, login, `/layouts/${code}?view=versions`)
  await page.getByTestId('layout-accept').click()
  await page.getByTestId('approve-reason').fill('同意启用')
  await page.getByTestId('approve-password').fill('not my password')
  await page.getByTestId('approve-sign').click()
  await page.locator('[data-testid="problem"][data-code="signature_refused"]').waitFor()
  await page.getByTestId('approve-password').fill(accounts[login])
  await shot(page, '36-layout-approve')
  await page.getByTestId('approve-sign').click()
  await page.locator('[data-testid="signature"][data-valid="true"]').waitFor()
  await shot(page, '36-layout-approved')
  return { page, close }
}

describe('layouts', { skip }, () => {
  let browser
  let code
  let earlier
  before(async () => {
    browser = await launch()
    earlier = await released()
    code = earlier.layout.code
  })
  after(() => browser?.close())

  it('are listed with what is in force and what they draw', async () => {
    const { page, close } = await signedIn(browser, 'quality', '/layouts')
    await page.locator(`tr[data-key="${code}"]`).waitFor()
    await assertAccessible(page, 'layouts')
    await shot(page, '30-layouts')
    await page.setViewportSize(phone)
    await assertAccessible(page, 'layouts on a phone')
    await shot(page, '30-layouts-phone')
    await close()
  })

  it('are edited beside their picture, which follows; errors stand at their line', async () => {
    const { page, close } = await signedIn(browser, 'admin', `/layouts/${code}?certificate=${earlier.number}`)
    await previewSays(page, earlier.number)
    await shot(page, '31-layout')
    await edit(page, xml => xml.replace('<p size="24"', '<nothing size="24"'))
    await page.getByTestId('faults').getByRole('button').first().waitFor()
    await shot(page, '32-layout-faults')
    await edit(page, xml => xml.replace(/spread="1.35"([^>]*>)检验报告书/, `$1${TITLE}`))
    await previewSays(page, TITLE)
    assert.equal(await page.getByTestId('faults').count(), 0)
    await page.getByTestId('tree-open').click()
    await page.getByTestId('tree').locator('input').fill('batch_no')
    await page.getByTestId('path-sample.batch_no').waitFor()
    await assertAccessible(page, 'a layout')
    await shot(page, '33-layout-edited')
    await page.getByTestId('tree-open').click()
    await page.getByTestId('layout-xml').click()
    await page.keyboard.press('Control+s')
    await page.getByTestId('saved').filter({ hasText: '保存于' }).waitFor()
    await page.setViewportSize(phone)
    await assertAccessible(page, 'a layout on a phone')
    await shot(page, '33-layout-phone')
    await close()
  })

  it('saved by somebody else meanwhile are compared, and nothing that was typed is lost', async () => {
    const mine = await signedIn(browser, 'admin', `/layouts/${code}?certificate=${earlier.number}`)
    const theirs = await signedIn(browser, 'admin', `/layouts/${code}?certificate=${earlier.number}`)
    for (const [{ page }, name] of [[mine, '我方说明'], [theirs, '对方说明']]) {
      await previewSays(page, TITLE)
      await edit(page, xml => xml.replace('1. 本报告仅对来样负责。', `1. 本报告仅对来样负责，${name}。`))
      await previewSays(page, name)
    }
    await theirs.page.getByTestId('layout-save').click()
    await theirs.page.getByTestId('saved').filter({ hasText: '保存于' }).waitFor()
    await mine.page.getByTestId('layout-save').click()
    await mine.page.getByTestId('difference').waitFor()
    await shot(mine.page, '34-layout-stale')
    await mine.page.getByTestId('keep-mine').click()
    await mine.page.getByTestId('layout-save').click()
    await mine.page.getByTestId('saved').filter({ hasText: '保存于' }).waitFor()
    assert.match(await xmlOf(mine.page), /我方说明/)
    await theirs.close()
    await mine.close()
  })

  it('are proposed by one, decided by two others, and draw the next certificate; the earlier one keeps its own', async () => {
    const { page, close } = await signedIn(browser, 'admin', `/layouts/${code}`)
    await page.getByTestId('layout-propose').click()
    await page.getByTestId('reason').fill('更换标题')
    await page.getByTestId('reason-confirm').click()
    await page.getByTestId('to-versions').click()
    await page.getByTestId('layout-accept').click()
    await page.getByTestId('reason').fill('自己批准')
    await page.getByTestId('reason-confirm').click()
    await page.locator('[data-testid="problem"][data-code="own_work"]').waitFor()
    await shot(page, '35-layout-own-work')
    await close()

    const checker = await check(browser, 'quality', code)
    await checker.page.getByText('批准', { exact: true }).first().waitFor()
    await checker.page.getByTestId('difference').waitFor()
    await shot(checker.page, '36-layout-versions')
    await assertAccessible(checker.page, 'versions of a layout')
    await checker.page.setViewportSize(phone)
    await assertAccessible(checker.page, 'versions of a layout on a phone')
    await shot(checker.page, '36-layout-versions-phone')
    await checker.close()
    const approver = await approve(browser, 'signatory', code)
    await approver.page.locator('[data-testid="version-2"] [data-state="current"]').waitFor()
    await approver.close()

    const next = await released()
    assert.deepEqual([earlier.layout.version, next.layout.version], [1, 2])
    const look = await signedIn(browser, 'signatory', `/certificates/${next.number}`)
    await look.page.goto(`/layouts/${code}?certificate=${next.number}`)
    await previewSays(look.page, TITLE)
    assert.ok((await previewText(look.page)).includes(next.number))
    for (const [number, has] of [[earlier.number, false], [next.number, true]]) {
      const bytes = await (await look.page.context().request.get(`/api/v1/certificates/${number}/file`)).body()
      assert.equal(bytes.subarray(0, 5).toString(), '%PDF-')
      assert.equal((await textOf(look.page, bytes)).includes(TITLE), has, number)
    }
    await look.close()
  })
})

/** The text of a PDF, read by the reader that the page has loaded. */
function textOf(page, bytes) {
  return page.evaluate(async base64 => {
    const address = performance.getEntriesByType('resource').map(({ name }) => name).find(name => /\/pdf\.min.*\.mjs$/.test(name))
    const library = await import(address)
    const document = await library.getDocument({ data: Uint8Array.from(atob(base64), c => c.charCodeAt(0)), isEvalSupported: false }).promise
    const { items } = await (await document.getPage(1)).getTextContent()
    return items.map(({ str }) => str ?? '').join('')
  }, bytes.toString('base64'))
}
