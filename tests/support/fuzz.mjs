// The part `fuzz`: every target of tests/fuzz for FUZZ_SECONDS (60), two at a time, seeded with the corpora where they are and
// with what was found before. What breaks a target stands in build/fuzz/TARGET and is to be kept in tests/fuzz/regressions.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'

const BINARY = 'build-fuzz/bin/fuzz_targets'
/** Folders of the corpora that hold a target's kind of bytes. */
const SEEDS = {
  acaml: ['cds'], andi: ['andi'], animl: ['animl'], any: ['astm', 'cds', 'jcamp', 'vendor'], astm: ['astm', 'astm-records'],
  bioplex: ['vendor'], capture: ['astm', 'hl7/cdc'], chemstation: ['cds'], chemstation_report: ['cds'], chromeleon: ['cds'], csv: ['vendor'], empower_arw: ['cds'], envision: ['vendor'], hl7: ['hl7/cdc', 'hl7/cosyte', 'hl7/fhir-converter'],
  jcamp: ['jcamp'], labsolutions: ['cds'], labsolutions_quant: ['cds'], line: ['astm'], mllp: ['hl7/cdc'], mzml: ['mzml'],
  orders: ['astm-records', 'hl7/fhir-converter'], softmax: ['vendor'], tapestation: ['vendor'], text: ['hl7/cosyte'], unicorn: ['cds'], unpack: ['mzml', 'vendor'], xls: ['vendor'], xlsx: ['vendor'], xml: ['animl', 'cds', 'mzml']
}
/** Folders of the project that hold such. */
const OWN_SEEDS = { xls: 'tests/unit/instruments/workbooks' }
/** Words of a kind of bytes, tests/fuzz/NAME.dict, that mutations would take long to find. */
const WORDS = {
  acaml: 'xml', andi: 'andi', animl: 'xml', astm: 'astm', bioplex: 'xml', capture: 'capture', chemstation: 'xml', hl7: 'hl7', html: 'html', jcamp: 'jcamp', json: 'json', mllp: 'hl7', mzml: 'xml',
  tapestation: 'xml', targetlynx: 'xml', xml: 'xml', xrdml: 'xml'
}

/** What a target is about: "format-csv", "mapped-csv" -> csv; "timed-link-astm-sending" -> astm. */
const kindOf = target => target.replace(/^timed-/, '').replace(/^(format|mapped)-/, '').replace(/^link-([a-z]+).*/, '$1')

/** Gives the exit status; what the command says goes to `say`. */
function run(command, { env = {}, say, cwd }) {
  return new Promise((done, failed) => {
    const child = spawn(command[0], command.slice(1), { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.on('data', say)
    child.stderr.on('data', say)
    child.once('error', failed)
    child.once('close', (status, signal) => done(status ?? signal))
  })
}

function seeds(target, root) {
  const corpora = (SEEDS[kindOf(target)] ?? []).map(folder => join(process.env.TOUCHSTONE_CORPORA, folder))
  const own = OWN_SEEDS[kindOf(target)]
  return [join(root, 'tests/fuzz/regressions', target), ...(own ? [join(root, own)] : []), ...corpora].filter(folder => existsSync(folder))
}

async function fuzz(target, root, say) {
  const own = join(root, 'build/fuzz', target)
  mkdirSync(join(own, 'corpus'), { recursive: true })
  const before = new Set(readdirSync(own))
  let told = ''
  const words = WORDS[kindOf(target)]
  const status = await run([join(root, BINARY), join(own, 'corpus'), ...seeds(target, root), `-artifact_prefix=${own}/`,
    `-max_total_time=${process.env.FUZZ_SECONDS ?? 60}`, '-timeout=10', '-rss_limit_mb=2048', '-malloc_limit_mb=1024',
    '-max_len=100000', '-print_final_stats=1', '-verbosity=0',
    ...(words ? [`-dict=${join(root, 'tests/fuzz', words)}.dict`] : [])],
  { cwd: root, env: { FUZZ_TARGET: target, ASAN_OPTIONS: 'detect_leaks=1' }, say: text => { told += text } })
  const runs = /stat::number_of_executed_units: (\d+)/.exec(told)?.[1] ?? '?'
  const found = readdirSync(own).filter(name => !before.has(name) && statSync(join(own, name)).isFile())
  say(`${target}: ${runs} runs, ${status === 0 ? 'nothing found' : `BROKEN (${status}) by ${found.join(' ')}`}\n`)
  if (status !== 0) say(told.slice(-6000))
  return status === 0
}

/** Builds the targets by clang and plays them; { passed, failed, skipped }. */
export async function fuzzAll(root, say) {
  const built = await run(['bash', '-c', 'cmake --preset fuzz >/dev/null && cmake --build build-fuzz --target fuzz_targets'], { cwd: root, say })
  if (built !== 0) return { passed: 0, failed: 1, skipped: 0 }
  let listed = ''
  await run([join(root, BINARY)], { cwd: root, env: { FUZZ_TARGET: 'list' }, say: text => { listed += text } })
  const waiting = listed.split('\n').filter(Boolean)
  const count = { passed: 0, failed: 0, skipped: 0 }
  const worker = async () => {
    for (let target = waiting.shift(); target; target = waiting.shift()) count[await fuzz(target, root, say) ? 'passed' : 'failed'] += 1
  }
  await Promise.all(Array.from({ length: Math.max(1, cpus().length) }, worker))
  return count
}
