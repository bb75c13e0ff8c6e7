// Messages a second that are acknowledged, here and by the peers that run on this machine, one after the other with the same
// client and the same message: node tests/bench/mllp.mjs [FILE.hl7 …]
// The gateway answers once the message is on disk; the peers keep nothing. The peers come from npm into a temporary folder.
import { execFileSync, spawn } from 'node:child_process'
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = resolve(fileURLToPath(import.meta.url), '../../..')
const BIN = join(ROOT, 'build/bin')
const FILES = process.argv.length > 2 ? process.argv.slice(2) : [join(ROOT, 'deploy/demo/mask.hl7')]
const CONNECTIONS = [1, 64]
const MESSAGES = 20_000

const folder = mkdtempSync(join(tmpdir(), 'peers-'))
const servers = {
  'touchstone-gateway': port => [join(BIN, 'touchstone-gateway'), 'listen', '--protocol', 'mllp', '--port', port, '--spool', join(folder, `spool-${port}`)],
  'simple-hl7 3.3.0': port => ['node', '-e', `
    const server = require('simple-hl7').tcp()
    server.use((request, answer, next) => answer.end())
    server.start(${port})`],
  '@medplum/hl7 4.5.2': port => ['node', '-e', `
    const { Hl7Server } = require('@medplum/hl7')
    new Hl7Server(connection => connection.addEventListener('message', ({ message }) => connection.send(message.buildAck()))).start(${port})`]
}

const sleep = milliseconds => new Promise(done => setTimeout(done, milliseconds))

function play(port, connections) {
  const repeat = Math.ceil(MESSAGES / connections / FILES.length)
  const client = spawn(join(BIN, 'touchstone-simulate'), ['mllp', '--to', `127.0.0.1:${port}`, '--connections', connections,
    '--repeat', repeat, '--unique', '--summary', '--patience', '5000', ...FILES], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  client.stdout.on('data', text => { said += text })
  return new Promise(done => client.once('exit', () => done(JSON.parse(said))))
}

/** What the disk gives one writer: appends of 4 KB, each brought down by itself. */
function fdatasyncsPerSecond() {
  const file = openSync(join(folder, 'appended'), 'w')
  const page = Buffer.alloc(4096)
  let count = 0
  const begin = performance.now()
  for (; performance.now() - begin < 1000; count += 1) {
    writeSync(file, page)
    fdatasyncSync(file)
  }
  closeSync(file)
  return count
}

async function measure(name, connections, port) {
  const [program, ...words] = servers[name](String(port))
  const server = spawn(program, words, { cwd: folder, stdio: 'ignore' })
  await sleep(1_000)
  const { messages, acknowledged, per_second: rate, p50_ms: p50, p99_ms: p99 } = await play(port, connections)
  server.kill()
  console.log(`${name.padEnd(20)} ${String(connections).padStart(3)} connections: ${rate.toFixed(0).padStart(7)}/s, p50 ${p50.toFixed(2)} ms, ` +
    `p99 ${p99.toFixed(2)} ms, ${acknowledged} of ${messages} acknowledged`)
  return { name, connections, rate, p50, p99, messages, acknowledged }
}

try {
  writeFileSync(join(folder, 'package.json'), '{}')
  execFileSync('npm', ['install', '--no-audit', '--no-fund', 'simple-hl7@3.3.0', '@medplum/hl7@4.5.2'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  console.log(`limit: ${fdatasyncsPerSecond()} fdatasync/s by one writer`)
  const rows = []
  let port = 46_100
  for (const connections of CONNECTIONS) {
    for (const name of Object.keys(servers)) rows.push(await measure(name, connections, port++))
  }
  console.log(JSON.stringify(rows))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
