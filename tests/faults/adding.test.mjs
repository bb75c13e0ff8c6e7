// "Adding an instrument" of instruments/README.md, command by command as it stands there.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const ROOT = resolve(fileURLToPath(import.meta.url), '../../..')
const [, section] = /^## Adding an instrument\n(.*?)^## /ms.exec(readFileSync(join(ROOT, 'instruments/README.md'), 'utf8'))
const commands = [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block).join('')

test('every command of the walk-through does what is said of it', context => {
  const folder = mkdtempSync(join(tmpdir(), 'adding-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', commands], {
    cwd: folder, encoding: 'utf8', timeout: 60_000, env: { ...process.env, PATH: `${join(ROOT, 'build/bin')}:${process.env.PATH}` }
  })
  assert.equal(status, 0, stdout + stderr)
  const lines = stdout.split('\n').filter(line => line.startsWith('{')).map(line => JSON.parse(line))
  const played = lines.filter(({ file }) => file)
  assert.equal(played.length, 7)
  assert.ok(played.every(({ acknowledged }) => acknowledged), stdout)
  const [load] = lines.filter(({ per_second: rate }) => rate)
  assert.deepEqual([load.messages, load.acknowledged], [20, 20])
  assert.ok(stdout.includes('"specimen":"7"'), 'what is read without the mapping')
  const heard = readFileSync(join(folder, 'heard.json'), 'utf8').trim().split('\n').map(line => JSON.parse(line))
  assert.equal(heard.filter(({ state, duplicate }) => state === 'complete' && !duplicate).length, 1 + 5 + 20)
})
