// The parts of tests/run, each found by its folder; quick ones first. A part in which nothing ran counts as failed.
import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fuzzAll } from './fuzz.mjs'
import { startInstance } from './instance.mjs'

const ROOT = resolve(fileURLToPath(import.meta.url), '../../..')
const LOGS = join(ROOT, 'build/log/tests')
const PART_WITHIN = 15 * 60_000

const PARTS = {
  architecture: scripts,
  unit: binaries,
  web: pages,
  db: binaries,
  corpora: both,
  http: scripts,
  faults: both,
  browser: inBrowser,
  deploy: scripts,
  fuzz: (part, log) => fuzzAll(ROOT, text => appendFileSync(log, text))
}
const ONLY_NAMED = ['fuzz']

const none = { passed: 0, failed: 0, skipped: 0 }
const sum = (a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped })

/** Runs a command into a log; gives its exit status. What outlives PART_WITHIN is killed with all it started. */
function run(command, { log, env = {}, cwd = ROOT }) {
  return new Promise((done, failed) => {
    const child = spawn('bash', ['-c', 'exec "$@" >>"$LOG" 2>&1', '-', ...command],
      { cwd, env: { ...process.env, ...env, LOG: log }, stdio: 'ignore', detached: true })
    const late = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), PART_WITHIN)
    child.once('error', failed)
    child.once('exit', (status, signal) => {
      clearTimeout(late)
      done(status ?? signal)
    })
  })
}

/** build/tests/PART_* */
async function binaries(part, log) {
  const folder = join(ROOT, 'build/tests')
  const names = existsSync(folder) ? readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.startsWith(`${part}_`)).map(({ name }) => name).sort() : []
  let count = none
  for (const name of names) {
    const report = join(LOGS, `${name}.xml`)
    const said = join(LOGS, `${name}.log`)
    for (const file of [report, said]) rmSync(file, { force: true })
    const status = await run([join(folder, name), `--logger=JUNIT,error,${report}:HRF,error,stdout`, '--report_level=no'], { log: said })
    const text = readFileSync(said, 'utf8')
    appendFileSync(log, `${name}\n${text}`)
    const counted = withoutSkipped(junit(report), text)
    // One that crashed, or says that it failed without naming a test.
    count = sum(count, status !== 0 && counted.failed === 0 ? sum(counted, { ...none, failed: 1 }) : counted)
  }
  return count
}

/** Boost cannot skip from inside a test: such a one says a line that begins with SKIPPED and passes. */
function withoutSkipped({ passed, failed, skipped }, text) {
  const said = Math.min(passed, text.split('\n').filter(line => line.startsWith('SKIPPED')).length)
  return { passed: passed - said, failed, skipped: skipped + said }
}

function junit(file) {
  const head = existsSync(file) ? /<testsuite [^>]*>/.exec(readFileSync(file, 'utf8'))?.[0] : undefined
  if (!head) return none
  const number = name => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(head)[1])
  const all = number('tests'), skipped = number('skipped')
  const failed = Math.min(all - skipped, number('failures') + number('errors'))
  return { passed: all - skipped - failed, failed, skipped }
}

/** tests/PART/*.test.mjs */
async function scripts(part, log, env = {}) {
  const folder = join(ROOT, 'tests', part)
  const names = existsSync(folder) ? readdirSync(folder).filter(name => name.endsWith('.test.mjs')).sort() : []
  if (names.length === 0) return none
  const report = join(LOGS, `${part}.json`)
  rmSync(report, { force: true })
  const status = await run(['node', '--test', '--test-reporter=spec', '--test-reporter-destination=stdout',
    '--test-reporter=./tests/support/reporter.mjs', `--test-reporter-destination=${report}`,
    ...names.map(name => join('tests', part, name))], { log, env })
  const text = existsSync(report) ? readFileSync(report, 'utf8') : ''
  const count = text ? JSON.parse(text) : none
  return status !== 0 && count.failed === 0 ? sum(count, { ...none, failed: 1 }) : count
}

async function both(part, log) {
  return sum(await binaries(part, log), await scripts(part, log))
}

async function pages(part, log) {
  const cwd = join(ROOT, 'server/web')
  const report = join(LOGS, 'web.json')
  rmSync(report, { force: true })
  if (await run(['npm', 'run', 'client'], { log, cwd }) !== 0) return { ...none, failed: 1 }
  await run(['npx', 'vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], { log, cwd })
  if (!existsSync(report)) return { ...none, failed: 1 }
  const { numPassedTests, numFailedTests, numFailedTestSuites, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'))
  return { passed: numPassedTests, failed: Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0), skipped: numPendingTests }
}

/** Browser tests find a running laboratory in TOUCHSTONE_URL, its accounts in TOUCHSTONE_ACCOUNTS, its folder in TOUCHSTONE_FOLDER. */
async function inBrowser(part, log) {
  const lab = await startInstance({ gateway: true })
  try {
    return await scripts(part, log, {
      TOUCHSTONE_URL: lab.url,
      TOUCHSTONE_ACCOUNTS: lab.instance.path('demo-accounts.json'),
      TOUCHSTONE_FOLDER: lab.folder
    })
  } finally {
    await lab.stop()
  }
}

async function play(part) {
  const log = join(LOGS, `${part}.log`)
  rmSync(log, { force: true })
  const begin = performance.now()
  let count
  let why = ''
  try {
    count = await PARTS[part](part, log)
    if (count.passed + count.failed === 0) {
      why = count.skipped ? '' : 'nothing ran'
      if (!count.skipped) count = { ...count, failed: 1 }
    }
  } catch (error) {
    count = { ...none, failed: 1 }
    why = error.message
  }
  const seconds = ((performance.now() - begin) / 1000).toFixed(1).padStart(8)
  console.log(`${seconds} s ${part}: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped${why && `; ${why}`}`)
  if (count.failed && existsSync(log)) console.log(readFileSync(log, 'utf8'))
  return count
}

const asked = process.argv.slice(2)
const unknown = asked.filter(name => !PARTS[name])
if (unknown.length) {
  console.error(`There is no part ${unknown.join(', ')}; the parts are ${Object.keys(PARTS).join(', ')}`)
  process.exit(2)
}
process.env.TOUCHSTONE_CORPORA ??= resolve(ROOT, '../shared/corpora')
mkdirSync(LOGS, { recursive: true })
let total = none
for (const part of Object.keys(PARTS)) {
  if (asked.includes(part) || (asked.length === 0 && !ONLY_NAMED.includes(part))) total = sum(total, await play(part))
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exit(total.failed ? 1 : 0)
