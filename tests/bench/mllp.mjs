// Messages a second that are acknowledged, here and by the peers that run on this machine, in turns with the same client and
// the same message: node tests/bench/mllp.mjs [FILE.hl7 …]
// The gateway answers once the message is on disk; the peers keep nothing. The peers come from npm into a temporary folder.
// Rows: one connection, which waits for each answer; one with 32 messages in a write, as an engine sends for many
// instruments; 64 connections. The median of the rounds counts.
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fdatasyncsPerSecond, program, ROOT, simulate } from './limits.mjs'

const FILES = process.argv.length > 2 ? process.argv.slice(2) : [join(ROOT, 'deploy/demo/mask.hl7')]
const ROWS = [{ connections: 1 }, { connections: 1, window: 32 }, { connections: 64 }]
const ROUNDS = 3
const SECONDS = 3

const folder = mkdtempSync(join(tmpdir(), 'peers-'))

/** As it runs beside instruments, but for a server that is away. */
function gateway(port) {
  const home = join(folder, `gateway-${port}`)
  mkdirSync(home)
  writeFileSync(join(home, 'gateway.ini'), ['[server]', 'url = http://127.0.0.1:9', 'token = none', '[spool]', `folder = ${home}/spool`,
    '[instrument.bench]', 'code = BENCH', 'protocol = mllp', `listen = 127.0.0.1:${port}`].join('\n'))
  return [program('touchstone-gateway'), 'run', '--config', join(home, 'gateway.ini')]
}

const servers = {
  'touchstone-gateway': gateway,
  'simple-hl7 3.3.0': port => ['node', '-e', `
    const server = require('simple-hl7').tcp()
    server.use((request, answer, next) => answer.end())
    server.start(${port})`],
  '@medplum/hl7 4.5.2': port => ['node', '-e', `
    const { Hl7Server } = require('@medplum/hl7')
    new Hl7Server(connection => connection.addEventListener('message', ({ message }) => connection.send(message.buildAck()))).start(${port})`]
}

const sleep = milliseconds => new Promise(done => setTimeout(done, milliseconds))

/** Who answers nothing is waited for a second, so that the row has an end. */
const play = (port, { connections, window = 0 }) => simulate('mllp', '--to', `127.0.0.1:${port}`, '--connections', connections,
  '--seconds', SECONDS, '--unique', '--patience', 1000, ...(window ? ['--window', window] : []), ...FILES)

async function measure(name, row, port) {
  const [command, ...words] = servers[name](String(port))
  const server = spawn(command, words, { cwd: folder, stdio: 'ignore' })
  const stopped = new Promise(done => server.once('exit', done))
  await sleep(1_000)
  if (server.exitCode !== null) throw new Error(`${name} does not run on port ${port}`)
  const { messages, acknowledged, seconds, p50_ms: p50, p99_ms: p99 } = await play(port, row)
  server.kill()
  await stopped
  return { rate: acknowledged / seconds, p50, p99, messages, acknowledged }
}

const median = runs => runs.toSorted((a, b) => a.rate - b.rate)[runs.length >> 1]

try {
  writeFileSync(join(folder, 'package.json'), '{}')
  execFileSync('npm', ['install', '--no-audit', '--no-fund', 'simple-hl7@3.3.0', '@medplum/hl7@4.5.2'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  const rows = []
  let port = 26_100 // below those that the machine gives to clients
  for (const row of ROWS) {
    const runs = Object.fromEntries(Object.keys(servers).map(name => [name, []]))
    const limits = []
    for (let round = 0; round < ROUNDS; round += 1) {
      limits.push(fdatasyncsPerSecond(folder))
      for (const name of Object.keys(servers)) runs[name].push(await measure(name, row, port++))
    }
    const limit = limits.sort((a, b) => a - b)[ROUNDS >> 1]
    const what = `${row.connections} connection${row.connections > 1 ? 's' : ''}${row.window ? `, ${row.window} in a write` : ''}`
    console.log(`${what}; the disk: ${limit} fdatasync/s by one writer`)
    for (const [name, all] of Object.entries(runs)) {
      const { rate, p50, p99, messages, acknowledged } = median(all)
      const share = name === 'touchstone-gateway' ? `, ${(rate / limit).toFixed(2)} a fdatasync` : ''
      console.log(`  ${name.padEnd(20)} ${rate.toFixed(0).padStart(7)}/s, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, ` +
        `${acknowledged} of ${messages} acknowledged${share}`)
      rows.push({ name, ...row, rate, p50, p99, messages, acknowledged, limit })
    }
  }
  console.log(JSON.stringify(rows))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
