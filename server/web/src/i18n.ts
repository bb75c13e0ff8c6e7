import { createI18n } from 'vue-i18n'
import { exactMoment } from './lib/dates'
import en from './locales/en.json'
import zh from './locales/zh-CN.json'

export type Language = 'zh-CN' | 'en'
export const languages: Language[] = ['zh-CN', 'en']
const stored = 'touchstone.language'

export const i18n = createI18n({
  legacy: false,
  locale: localStorage.getItem(stored) === 'en' ? 'en' : 'zh-CN',
  fallbackLocale: 'zh-CN',
  messages: { 'zh-CN': zh, en: en as typeof zh }
})

export function language(): Language {
  return i18n.global.locale.value
}

export function choose(next: Language): void {
  i18n.global.locale.value = next
  localStorage.setItem(stored, next)
  document.documentElement.lang = next
}

/** The word for a code that the server sent, or the code itself where the catalogue has none yet. */
export function word(group: string, code: string): string {
  const key = `${group}.${code}`
  return i18n.global.te(key) || i18n.global.te(key, 'zh-CN') ? i18n.global.t(key) : code
}

/** "time_unread: 31.02.2026" of the reader, its code in the language of the page. */
export const findingText = (detail: string | null): string => (detail ?? '').replace(/^[a-z_0-9]+(?=: |$)/, code => word('finding', code))

export const factWord = (key: string): string => word('fact', key)

const groupsOfValues: Record<string, string[]> = {
  verdict: ['verdict'],
  source: ['source'],
  comparison: ['comparison'],
  status: ['sampleStatus', 'testStatus', 'certificateStatus'],
  state: ['messageState', 'observationState'],
  reason: ['reasons'],
  roles: ['role'],
  step: ['step'],
  business_kind: ['business'],
  seal_state: ['seal'],
  language: ['paperLanguage'],
  kind: ['kind', 'limitKind', 'amendmentKind', 'commandKind', 'role'],
  limit_kind: ['limitKind'],
  product_kind: ['kind'],
  amendment: ['amendmentStatus'],
  category: ['withdrawnFor'],
  hold: ['holdState'],
  field: ['sample'],
  what: ['changed', 'sample'],
  meaning: ['meaning']
}

/** The word for a coded value of a field, such as `conforms` of `verdict`, and times in the laboratory's zone. */
export function valueWord(key: string, value: string): string {
  if (value === 'true' || value === 'false') return word('truth', value)
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return exactMoment(value)
  const words = (groupsOfValues[key] ?? []).map(group => word(group, value))
  return words.find(text => text !== value) ?? value
}
