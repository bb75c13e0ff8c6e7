// The public page checks files and the claims of QR codes by itself; what it tells the server is counted here.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Scene } from '../http/support/scene.mjs'
import { assertAccessible, desk, launch, phone, shot } from './support/browser.mjs'

describe('the verification page', () => {
  let scene, foreign, browser, folder, good, code
  const path = name => join(folder, name)

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'verify-'))
    ;[scene, foreign, browser] = await Promise.all([Scene.open(), Scene.open(), launch()])
    for (const [one, name] of [[scene, 'own.pdf'], [foreign, 'foreign.pdf']]) {
      const [number] = await one.register()
      await one.type(number)
      await one.submit(number)
      await one.check(number)
      one.certificate = (await one.release([number]))[0]
      writeFileSync(path(name), await one.signatory.bytes(`/certificates/${one.certificate.number}/file`))
    }
    good = readFileSync(path('own.pdf'))
    code = (await scene.signatory.get(`/certificates/${scene.certificate.number}`)).frozen.qr
  })
  after(async () => {
    await browser?.close()
    await Promise.all([scene?.close(), foreign?.close()])
    rmSync(folder, { recursive: true })
  })

  /** A page with a list of what it asks of the server. */
  async function open(address, viewport = desk) {
    const context = await browser.newContext({ viewport, baseURL: scene.lab.url, locale: 'zh-CN' })
    context.setDefaultTimeout(15_000)
    const page = await context.newPage()
    const asked = []
    page.on('request', request => asked.push(request))
    await page.goto(address)
    return { page, context, asked }
  }
  const answer = (page, subject) => page.getByTestId(`verify-${subject}`).getAttribute('data-answer')
  async function give(page, name) {
    await page.getByTestId('verify-file').setInputFiles(path(name))
    await page.getByTestId('verify-answer').waitFor()
  }

  it('finds an untouched file in order and tells the server nothing but its digest', async () => {
    const { page, context, asked } = await open('/verify')
    await page.waitForLoadState('networkidle')
    asked.length = 0
    await give(page, 'own.pdf')
    assert.deepEqual(await Promise.all(['integrity', 'identity', 'time', 'status'].map(each => answer(page, each))), ['intact', 'trusted', 'claimed', 'issued'])
    assert.deepEqual(asked.map(request => `${request.method()} ${new URL(request.url()).pathname.replace(/[0-9a-f]{64}/, 'DIGEST')}`), ['GET /api/v1/public/files/DIGEST'])
    assert.equal(asked[0].postDataBuffer(), null)
    await shot(page, '40-verify-here')
    await assertAccessible(page, 'a file checked here')
    await page.setViewportSize(phone)
    await shot(page, '41-verify-here-phone')
    await assertAccessible(page, 'a file checked here on a phone')
    await context.close()
  })

  it('finds a changed byte, wherever it is', async () => {
    const { page, context } = await open('/verify')
    for (const at of [100, Math.floor(good.length / 3), good.indexOf('/ByteRange') + 14, good.indexOf('/Contents <') + 200, good.length - 3]) {
      const changed = Buffer.from(good)
      changed[at] ^= 1
      writeFileSync(path('changed.pdf'), changed)
      await give(page, 'changed.pdf')
      assert.ok(['changed', 'unsupported', 'not_signed'].includes(await answer(page, 'integrity')), `byte ${at}`)
      assert.equal(await answer(page, 'status'), 'unknown', `byte ${at}`)
    }
    await shot(page, '42-verify-changed')
    await context.close()
  })

  it('tells the file of another laboratory, intact as it is', async () => {
    const { page, context } = await open('/verify')
    await give(page, 'foreign.pdf')
    assert.deepEqual([await answer(page, 'integrity'), await answer(page, 'identity'), await answer(page, 'status')], ['intact', 'untrusted', 'unknown'])
    await context.close()
  })

  it('leaves what was appended to the server, which takes it when asked', async () => {
    writeFileSync(path('appended.pdf'), Buffer.concat([good, Buffer.from('\n9 0 obj\n<< >>\nendobj\n')]))
    const { page, context } = await open('/verify')
    await give(page, 'appended.pdf')
    assert.equal(await answer(page, 'integrity'), 'appended')
    await page.getByTestId('verify-needs-server').waitFor()
    await shot(page, '43-verify-appended')
    await page.getByTestId('verify-upload').click()
    await page.locator('[data-testid="verify-integrity"][data-answer="changed"]').waitFor()
    await context.close()
  })

  it('takes a file that is dropped', async () => {
    const { page, context } = await open('/verify')
    const transfer = await page.evaluateHandle(bytes => {
      const data = new DataTransfer()
      data.items.add(new File([Uint8Array.from(atob(bytes), letter => letter.charCodeAt(0))], 'dropped.pdf', { type: 'application/pdf' }))
      return data
    }, good.toString('base64'))
    await page.dispatchEvent('.drop', 'drop', { dataTransfer: transfer })
    await page.getByTestId('verify-answer').waitFor()
    assert.equal(await answer(page, 'integrity'), 'intact')
    await context.close()
  })

  it('says apart what the code claims and what the server knows', async () => {
    const { page, context } = await open(new URL(code).pathname + new URL(code).hash, phone)
    await page.locator('[data-testid="claim"][data-answer="good"]').waitFor()
    assert.equal(await page.getByTestId('claim-number').innerText(), scene.certificate.number)
    await page.getByTestId('verify-token-answer').waitFor()
    await shot(page, '44-verify-claim-phone')
    await assertAccessible(page, 'a claim on a phone')
    await page.setViewportSize(desk)
    await shot(page, '45-verify-claim')
    await context.close()
  })

  it('checks a claim without a request, the server gone', async () => {
    const { page, context, asked } = await open('/verify')
    await page.waitForLoadState('networkidle')
    await context.setOffline(true)
    asked.length = 0
    await page.getByTestId('verify-number').fill(code)
    await page.getByTestId('verify-number-submit').click()
    await page.locator('[data-testid="claim"][data-answer="good"]').waitFor()
    assert.match(await page.getByTestId('claim-status').innerText(), /尚不知道/)
    assert.ok(asked.every(request => !/claim|keys/.test(request.url())), 'the check asks nobody')
    assert.ok(asked.every(request => !request.url().includes('T1~')), 'the claim is sent to nobody')
    const other = code.replace(/~c~|~f~/, verdict => (verdict === '~c~' ? '~f~' : '~c~'))
    await page.getByTestId('verify-number').fill(other)
    await page.getByTestId('verify-number-submit').click()
    await page.locator('[data-testid="claim"][data-answer="forged"]').waitFor()
    await shot(page, '46-verify-claim-forged')
    await context.close()
  })
})
