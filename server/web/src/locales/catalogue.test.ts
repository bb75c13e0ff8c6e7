import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createI18n } from 'vue-i18n'
import en from './en.json'
import zh from './zh-CN.json'

function keys(tree: object, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) => (typeof value === 'string' ? [prefix + key] : keys(value as object, `${prefix}${key}.`)))
}

function values(tree: object): Record<string, string> {
  return Object.assign({}, ...Object.entries(tree).map(([key, value]) => (typeof value === 'string' ? { [key]: value } : Object.fromEntries(Object.entries(values(value as object)).map(([k, v]) => [`${key}.${k}`, v])))))
}

const known = new Set(keys(zh))
const sources = (readdirSync('src', { recursive: true, encoding: 'utf8' }) as string[])
  .filter(path => /\.(vue|ts)$/.test(path) && !/\.test\.ts$|\.d\.ts$/.test(path))
  .map(path => ({ path, text: readFileSync(join('src', path), 'utf8') }))
const hasUnder = (prefix: string) => [...known].some(key => key.startsWith(prefix))

describe('the message catalogue', () => {
  it('has the same keys in both languages', () => {
    expect(keys(en).sort()).toEqual(keys(zh).sort())
  })

  it('uses the same arguments in both languages', () => {
    const names = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(match => match[1]))].sort()
    const english = values(en)
    for (const [key, text] of Object.entries(values(zh))) expect(names(english[key] ?? ''), key).toEqual(names(text))
  })

  it('counts one thing in the singular', () => {
    const { t } = createI18n({ legacy: false, locale: 'en', messages: { en } }).global
    expect([0, 1, 2].map(n => t('register.submit', { n }))).toEqual(['Register 0 samples', 'Register 1 sample', 'Register 2 samples'])
    const counts = sources.flatMap(({ path, text }) => [...text.matchAll(/\bt\('([\w.]+)', \{([^}]*)\}/g)].map(match => ({ path, key: match[1]!, given: match[2]! })))
    const silent = counts.filter(({ key, given }) => values(en)[key]?.includes('|') && !/\bn\b/.test(given))
    expect(silent).toEqual([])
  })

  it('knows every key that a page names', () => {
    const missing = sources.flatMap(({ path, text }) => [...text.matchAll(/\bt\(\s*'([^']+)'/g)].filter(([, key]) => !known.has(key!)).map(([, key]) => `${path}: ${key}`))
    expect(missing).toEqual([])
  })

  it('knows both keys where a page chooses between two', () => {
    const missing = sources.flatMap(({ path, text }) =>
      [...text.matchAll(/\bt\([^'`()]*\? '([^']+)' : '([^']+)'/g)].flatMap(([, a, b]) => [a!, b!]).filter(key => !known.has(key)).map(key => `${path}: ${key}`)
    )
    expect(missing).toEqual([])
  })

  it('has a group for every key that is put together', () => {
    const missing = sources.flatMap(({ path, text }) =>
      [...text.matchAll(/\bt\(\s*`([^`$]+)\$\{/g), ...text.matchAll(/\bword\('(\w+)'/g)].filter(([, prefix]) => !hasUnder(prefix!)).map(([, prefix]) => `${path}: ${prefix}`)
    )
    expect(missing).toEqual([])
  })

  it('keeps Chinese text out of the pages', () => {
    const found = sources.filter(({ path }) => !path.startsWith('lib')).flatMap(({ path, text }) => (/[\u4e00-\u9fff]/.test(text.replace(/\/\/.*|\/\*[^]*?\*\//g, '')) ? [path] : []))
    expect(found).toEqual([])
  })
})
