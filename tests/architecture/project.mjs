// The files of the project, as they stand in the working tree.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = resolve(fileURLToPath(import.meta.url), '../../..')

/** Tracked files and new ones that are not ignored. Without git (an unpacked archive) this throws. */
export function tracked() {
  return execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 26 })
    .split('\0').filter(file => file && existsSync(join(ROOT, file)))
}

/** [{ file, text }] of those whose path matches. */
export function sources(pattern) {
  return tracked().filter(file => pattern.test(file)).map(file => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }))
}
