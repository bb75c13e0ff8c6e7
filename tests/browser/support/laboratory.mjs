import assert from 'node:assert/strict'

/** What people do on the pages, in words of their work. */

export async function fillRow(page, index, values) {
  for (const [field, value] of Object.entries(values)) {
    const control = page.getByTestId(`row-${index}-${field}`)
    if ((await control.evaluate(element => element.tagName)) === 'SELECT') await control.selectOption(value)
    else await control.fill(value)
  }
  await page.getByTestId(`row-${index}-product`).press('Tab')
}

/** Values that might meet a requirement: the texts of the list, else the numbers of the requirement and what lies round them. */
export function candidates(requirement, texts) {
  if (texts.length) return texts
  const numbers = [...requirement.matchAll(/\d+(?:\.\d+)?/g)].map(Number).filter(number => number < 1e6)
  const between = numbers.slice(1).map((number, i) => (number + numbers[i]) / 2)
  const round = numbers.flatMap(number => [number, number * 0.9, number * 1.05])
  return [...new Set([...between, ...round].map(number => String(Number(number.toFixed(2)))))]
}

const openRows = (page, sample) => page.locator(`tr[data-sample="${sample}"]:has(input[data-row])`)

async function valuesFor(row) {
  const texts = await row.locator('datalist option').evaluateAll(options => options.map(option => option.value))
  return candidates(await row.locator('td.requirement').innerText(), texts)
}

/** Types a value into every open row of the grid until the page says 符合规定, as an analyst reads it off the verdict. */
export async function typeConforming(page, sample) {
  await page.goto(`/results?sample=${sample}`)
  const rows = openRows(page, sample)
  await rows.first().waitFor()
  const count = await rows.count()
  for (let i = 0; i < count; i++) {
    const row = rows.nth(i)
    assert.ok(await typeUntilConforming(page, row, await valuesFor(row)), `no value meets ${await row.innerText()}`)
  }
  return count
}

/** Another conforming value over a saved one, with the reason that the page asks for; the test's id. */
export async function replaceOne(page, sample) {
  const rows = openRows(page, sample)
  await rows.first().waitFor()
  for (let i = 0; i < (await rows.count()); i++) {
    const row = rows.nth(i)
    const now = await row.locator('input[data-row]').inputValue()
    const others = (await valuesFor(row)).filter(value => value !== now)
    if (!others.length || !(await typeUntilConforming(page, row, others))) {
      await row.locator('input[data-row]').press('Escape')
      continue
    }
    await page.getByTestId('save-results').click()
    await page.getByTestId('reason').fill('复测')
    await page.getByTestId('reason-confirm').click()
    await page.getByTestId('results-outcome').filter({ hasText: '已保存 1 项' }).waitFor()
    return row.getAttribute('data-key')
  }
  return assert.fail(`no value of ${sample} could be replaced`)
}

async function typeUntilConforming(page, row, values) {
  for (const value of values) {
    const judged = page.waitForResponse(response => response.url().endsWith('/results/judgements'))
    await row.locator('input[data-row]').fill(value)
    await judged
    const verdict = row.locator('[data-state="conforms"], [data-state="fails"]').first()
    await verdict.waitFor({ timeout: 2000 }).catch(() => undefined)
    if ((await verdict.count()) && (await verdict.getAttribute('data-state')) === 'conforms') return true
  }
  return false
}

export async function save(page) {
  await page.getByTestId('save-results').click()
  const outcome = page.getByTestId('results-outcome').filter({ hasText: /\d/ })
  await outcome.waitFor()
  return outcome.innerText()
}

export async function submitAll(page, sample) {
  await page.goto(`/results?sample=${sample}`)
  await page.getByTestId('select-all').check()
  await page.getByTestId('submit-results').click()
  await page.getByTestId('results-outcome').filter({ hasText: /\d/ }).waitFor()
}

export async function checkAll(page, sample) {
  await page.goto(`/review?sample=${sample}`)
  await page.getByTestId('select-all').check()
  const count = await page.locator(`tbody:has([data-testid="select-${sample}"]) tr[data-key]`).count()
  await page.getByTestId('check-selected').click()
  await page.locator('[data-testid="outcome"]').nth(count - 1).waitFor()
}
