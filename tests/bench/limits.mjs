// What both messages' benches rest on: the programs, the disk's own pace, the simulator's summary.
import { spawn } from 'node:child_process'
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = resolve(fileURLToPath(import.meta.url), '../../..')
export const program = name => join(ROOT, 'build/bin', name)

/** What the disk gives one writer: 4 KB written in place, each brought down by itself. */
export function fdatasyncsPerSecond(folder) {
  const file = openSync(join(folder, 'written'), 'w')
  const page = Buffer.alloc(4096)
  const pages = 1024
  writeSync(file, Buffer.alloc(pages * page.length))
  fdatasyncSync(file)
  let count = 0
  const begin = performance.now()
  for (; performance.now() - begin < 1000; count += 1) {
    writeSync(file, page, 0, page.length, count % pages * page.length)
    fdatasyncSync(file)
  }
  closeSync(file)
  return count
}

/** The simulator's summary: messages, acknowledged, seconds, per_second, p50_ms, p99_ms. */
export function simulate(...words) {
  const client = spawn(program('touchstone-simulate'), [...words, '--summary'].map(String), { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  client.stdout.on('data', text => { said += text })
  return new Promise(done => client.once('exit', () => done(JSON.parse(said))))
}
