// Messages a second that are acknowledged, here and by the peers that run on this machine, one after the other with the same
// client and the same message: node tests/bench/mllp.mjs [FILE.hl7 …]
// The gateway answers once the message is on disk; the peers keep nothing. The peers come from npm into a temporary folder.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fdatasyncsPerSecond, program, ROOT, simulate } from './limits.mjs'

const FILES = process.argv.length > 2 ? process.argv.slice(2) : [join(ROOT, 'deploy/demo/mask.hl7')]
const CONNECTIONS = [1, 64]
const MESSAGES = 20_000

const folder = mkdtempSync(join(tmpdir(), 'peers-'))
const servers = {
  'touchstone-gateway': port => [program('touchstone-gateway'), 'listen', '--protocol', 'mllp', '--port', port, '--spool', join(folder, `spool-${port}`)],
  'simple-hl7 3.3.0': port => ['node', '-e', `
    const server = require('simple-hl7').tcp()
    server.use((request, answer, next) => answer.end())
    server.start(${port})`],
  '@medplum/hl7 4.5.2': port => ['node', '-e', `
    const { Hl7Server } = require('@medplum/hl7')
    new Hl7Server(connection => connection.addEventListener('message', ({ message }) => connection.send(message.buildAck()))).start(${port})`]
}

const sleep = milliseconds => new Promise(done => setTimeout(done, milliseconds))

const play = (port, connections) => simulate('mllp', '--to', `127.0.0.1:${port}`, '--connections', connections,
  '--repeat', Math.ceil(MESSAGES / connections / FILES.length), '--unique', '--patience', 5000, ...FILES)

async function measure(name, connections, port) {
  const [command, ...words] = servers[name](String(port))
  const server = spawn(command, words, { cwd: folder, stdio: 'ignore' })
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
  console.log(`limit: ${fdatasyncsPerSecond(folder)} fdatasync/s by one writer`)
  const rows = []
  let port = 46_100
  for (const connections of CONNECTIONS) {
    for (const name of Object.keys(servers)) rows.push(await measure(name, connections, port++))
  }
  console.log(JSON.stringify(rows))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
