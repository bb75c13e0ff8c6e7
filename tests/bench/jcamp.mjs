// Megabytes of JCAMP-DX that are read in a second, here and by jcampconverter, one after the other from the same files:
// node tests/bench/jcamp.mjs FILE.jdx …
// Each first reads every file once, as a program does that is handed a file, then over and over, when the peer's code is compiled.
// Over and over they take turns, and the best turn of each counts: what else the machine is at then weighs little.
// Both hold the bytes in memory before the clock starts. jcampconverter is CC-BY-NC-SA: it is fetched for the comparison only.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { program } from './limits.mjs'

const GATEWAY = program('touchstone-gateway')
const PEER = 'jcampconverter@12.5.3'
const SECONDS = 1
const TURNS = 12

const files = process.argv.slice(2).map(path => resolve(path)).filter(path => readFileSync(path, 'latin1').trimStart().startsWith('##'))
if (files.length === 0) {
  console.error('no JCAMP-DX file is named')
  process.exit(2)
}

/** Megabytes per second, and how many files a pass could not convert. */
function measure(convert, seconds) {
  const texts = files.map(file => readFileSync(file, 'latin1'))
  const bytes = texts.reduce((sum, text) => sum + text.length, 0)
  let passes = 0
  let faults = 0
  const start = process.hrtime.bigint()
  let spent = 0
  do {
    for (const text of texts) {
      try {
        convert(text)
      } catch {
        faults++
      }
    }
    passes++
    spent = Number(process.hrtime.bigint() - start) / 1e9
  } while (spent < seconds)
  return { mb_per_s: bytes * passes / spent / 1e6, files: files.length, not_read: faults / passes }
}

const folder = mkdtempSync(join(tmpdir(), 'peers-'))
try {
  writeFileSync(join(folder, 'package.json'), '{}')
  execFileSync('npm', ['install', '--no-audit', '--no-fund', PEER], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  const { convert } = await import(pathToFileURL(join(folder, 'node_modules/jcampconverter/dist/jcampconverter.js')).href)
  const ours = seconds => JSON.parse(execFileSync(GATEWAY, ['bench', '--seconds', String(seconds), ...files], { encoding: 'utf8' })).mb_per_s
  const theirs = seconds => measure(text => convert(text, { keepRecordsRegExp: /^$/ }), seconds)
  for (const [how, seconds, turns] of [['each file once', 0, 1], ['over and over', SECONDS, TURNS]]) {
    const each = Array.from({ length: turns }, () => [ours(seconds), theirs(seconds)])
    const here = Math.max(...each.map(([speed]) => speed))
    const peer = Math.max(...each.map(([, { mb_per_s }]) => mb_per_s))
    console.log(`${how}: touchstone-gateway ${here.toFixed(0)} MB/s, ${PEER} ${peer.toFixed(0)} MB/s ` +
      `(${each[0][1].not_read} of ${files.length} files not read), ratio ${(here / peer).toFixed(1)}`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
