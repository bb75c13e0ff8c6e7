// deploy/run as a stranger uses it, in a folder of its own.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const ROOT = resolve(fileURLToPath(import.meta.url), '../../..')
const folder = mkdtempSync(join(tmpdir(), 'touchstone-deploy-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function start(...options) {
  const child = spawn(join(ROOT, 'deploy/run'), options, { env: { ...process.env, TOUCHSTONE_VAR: join(folder, 'var') } })
  const run = { child, text: '' }
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => { run.text += chunk })
  run.ended = new Promise(done => child.once('close', (status, signal) => done(status ?? signal)))
  return run
}

async function said(run, words) {
  let over = false
  run.ended.then(() => { over = true })
  while (!run.text.includes(words)) {
    assert.ok(!over, `it ended before it said "${words}":\n${run.text}`)
    await pause(50)
  }
}

const certificates = () => readdirSync(join(folder, 'var/certificates')).filter(name => /\d\.pdf$/.test(name))

/** Processes that work in the folder; the database is known by its file. */
function left() {
  const database = existsSync(join(folder, 'var/db/run/mariadbd.pid')) ? ['mariadbd'] : []
  return database.concat(running())
}

function running() {
  return readdirSync('/proc').filter(name => /^\d+$/.test(name)).filter(pid => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      return words.includes(folder) && !words.startsWith('node\0--test')
    } catch {
      return false  // it ended meanwhile
    }
  })
}

test('the first start verifies every step and leaves nothing running', async () => {
  const run = start('--check')
  assert.equal(await run.ended, 0, run.text)
  for (const step of [1, 2, 3, 4, 5, 6, 7]) assert.match(run.text, new RegExp(` s ${step} `))
  assert.ok(certificates().length > 0)
  assert.equal(statSync(join(folder, 'var/demo-accounts.json')).mode & 0o777, 0o600)
  assert.deepEqual(left(), [])
})

test('with the port taken, a second start keeps the data, serves, refuses a twin, survives kill -9 and stops on Ctrl-C', async () => {
  const before = certificates()
  const usual = JSON.parse(readFileSync(join(folder, 'var/ports.json'), 'utf8')).http
  const squatter = createServer()
  await new Promise(done => squatter.listen(usual, '127.0.0.1', done))
  const run = start()
  try {
    await said(run, 'Serving until Ctrl-C.')
    const url = readFileSync(join(folder, 'var/address'), 'utf8').trim()
    assert.notEqual(new URL(url).port, String(usual))
    assert.ok(certificates().length > before.length)
    assert.ok(before.every(name => certificates().includes(name)))

    const twin = start('--check')
    assert.equal(await twin.ended, 1)
    assert.match(twin.text, /runs in .* already/)

    const server = running().find(pid => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('\0serve\0'))
    process.kill(Number(server), 'SIGKILL')
    await said(run, 'it is started again')
    let answers = false
    while (!answers) {
      await pause(50)
      answers = await fetch(`${url}/api/v1/health`).then(response => response.ok, () => false)
    }
  } finally {
    squatter.close()
    run.child.kill('SIGINT')
  }
  assert.equal(await run.ended, 0, run.text)
  assert.deepEqual(left(), [])
  assert.ok(!existsSync(join(folder, 'var/address')))
})

test('a start that cannot go on says why, fails and leaves nothing running', async () => {
  const file = join(folder, 'var/db/secrets.ini')
  const secrets = readFileSync(file)
  writeFileSync(file, '[database]\n')
  const run = start('--check')
  assert.equal(await run.ended, 1)
  assert.match(run.text, /secrets\.ini/)
  assert.deepEqual(left(), [])
  writeFileSync(file, secrets)
})

test('--fresh starts over', async () => {
  const before = certificates()
  const run = start('--fresh', '--check')
  assert.equal(await run.ended, 0, run.text)
  assert.ok(certificates().length < before.length)
  assert.deepEqual(left(), [])
})
