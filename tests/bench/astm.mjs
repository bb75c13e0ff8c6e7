// Results a second that are acknowledged over ASTM, frame by frame, beside what the disk gives one writer:
// node tests/bench/astm.mjs [ANALYTES]
// A frame is acknowledged once it is on disk, so one connection cannot have more frames a second than the disk has syncs;
// many connections share them. The peer that speaks ASTM (senaite.astm) is no package of npm or Debian and keeps messages
// in memory only: it is not run here.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fdatasyncsPerSecond, program, simulate } from './limits.mjs'

const ANALYTES = Number(process.argv[2] ?? 20)
const CONNECTIONS = [1, 16]
const SECONDS = 5

const folder = mkdtempSync(join(tmpdir(), 'astm-'))

/** "listening on HOST:PORT" */
function listening(gateway) {
  let said = ''
  return new Promise(done => gateway.stderr.on('data', text => {
    said += text
    const found = /listening on (\S+)\n/.exec(said)
    if (found) done(found[1])
  }))
}

const analytes = Array.from({ length: ANALYTES }, (_, n) => `A${n + 1}:mg/L`).join(',')
const play = (address, connections) => simulate('astm', '--to', address, '--connections', connections, '--generate', 'astm',
  '--specimens', 100, '--analytes', analytes, '--seconds', SECONDS)

try {
  const rows = []
  for (const connections of CONNECTIONS) {
    const limit = fdatasyncsPerSecond(folder)
    const gateway = spawn(program('touchstone-gateway'), ['listen', '--protocol', 'astm', '--spool', join(folder, `spool-${connections}`)],
      { stdio: ['ignore', 'ignore', 'pipe'] })
    const { messages, acknowledged, seconds, p50_ms: p50, p99_ms: p99 } = await play(await listening(gateway), connections)
    gateway.kill()
    const results = acknowledged * ANALYTES / seconds
    console.log(`${String(connections).padStart(3)} connections: ${results.toFixed(0).padStart(7)} results/s in messages of ${ANALYTES}, ` +
      `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms a message, ${acknowledged} of ${messages} acknowledged; ${limit} fdatasync/s by one writer`)
    rows.push({ connections, results, p50, p99, messages, acknowledged, limit })
  }
  console.log(JSON.stringify(rows))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
