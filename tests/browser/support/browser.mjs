import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import assert from 'node:assert/strict'
import { chromium } from 'playwright-core'

const screenshots = fileURLToPath(new URL('../../../build/screenshots', import.meta.url))
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
export const desk = { width: 1366, height: 768 }
export const phone = { width: 390, height: 844 }

/** Where the server under test is and with which accounts, or why there is nothing to test against. */
export const url = process.env.TOUCHSTONE_URL
const people = process.env.TOUCHSTONE_ACCOUNTS ? JSON.parse(readFileSync(process.env.TOUCHSTONE_ACCOUNTS, 'utf8')) : []
/** Passwords by login. */
export const accounts = Object.fromEntries(people.map(({ login, password }) => [login, password]))
export const skip = url && process.env.TOUCHSTONE_ACCOUNTS ? false : 'TOUCHSTONE_URL and TOUCHSTONE_ACCOUNTS are not set'

export async function launch() {
  mkdirSync(screenshots, { recursive: true })
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
      '--disable-sync'
    ]
  })
}

/** A page of its own profile. Errors of the page itself fail the test that closes it. */
export async function open(browser, path, viewport = desk) {
  const context = await browser.newContext({ viewport, baseURL: url, locale: 'zh-CN', acceptDownloads: true })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  const errors = []
  page.on('pageerror', error => errors.push(`${page.url()}: ${error.message}`))
  await page.goto(path)
  return {
    page,
    async close() {
      await context.close()
      assert.deepEqual(errors, [], 'errors thrown by pages')
    }
  }
}

/** A page on which a person is signed in, at a path. */
export async function signedIn(browser, login, path = '/', viewport = desk) {
  const opened = await open(browser, `/login?back=${encodeURIComponent(path)}`, viewport)
  await opened.page.getByTestId('login-user').fill(login)
  await opened.page.getByTestId('login-password').fill(accounts[login])
  await opened.page.getByTestId('login-submit').click()
  await opened.page.getByTestId('person').waitFor()
  return opened
}

/** listening: the page has a stream open, so that its network is never idle. */
export async function shot(page, name, { listening = false } = {}) {
  if (!listening) await page.waitForLoadState('networkidle')
  await page.screenshot({ path: join(screenshots, `${name}.png`) })
}

/** Nothing that axe calls serious or critical, and no sideways scrolling of the page. */
export async function assertAccessible(page, name) {
  await page.waitForLoadState('networkidle')
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }))
  const grave = violations
    .filter(violation => ['serious', 'critical'].includes(violation.impact))
    .map(violation => `${violation.id}: ${violation.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(' | ')}`)
  assert.deepEqual(grave, [], `accessibility of ${name}`)
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  assert.ok(over <= 0, `${name} is ${over} pixels wider than its window`)
}
