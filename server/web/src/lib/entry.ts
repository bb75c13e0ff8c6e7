import type { Test } from '@/api/client'
import { parseCells } from './table'

/** A value typed for a test and not yet saved. */
export interface Typed {
  value: string
  verdict: 'conforms' | 'fails' | null
  compared: string | null
  /** Why it cannot be judged, or why the server refused it. */
  message: string
  /** What somebody else saved meanwhile. */
  theirs: Test | null
}

export interface Change {
  test: Test
  value: string
}

export function typed(value: string): Typed {
  return { value, verdict: null, compared: null, message: '', theirs: null }
}

/** Whether a person may still type a value: after submission only the checker's return opens it again. */
export function open(test: Test): boolean {
  return test.status === 'waiting' || test.status === 'resulted'
}

/**
 * What a pasted block would change. One column goes down from `from`; of more columns the first is the sample, the last the
 * value, and one between them the test item. Lines that meet no open test of the list come back as `unknown`.
 */
export function changesFromPaste(text: string, tests: readonly Test[], from: number): { changes: Change[]; unknown: string[] } {
  const cells = parseCells(text)
  const changes: Change[] = []
  const unknown: string[] = []
  const singleColumn = cells.every(line => line.length === 1)
  cells.forEach((line, i) => {
    const value = line[line.length - 1]!
    const test = singleColumn ? tests[from + i] : meant(line, tests)
    if (test && open(test) && value !== '') changes.push({ test, value })
    else unknown.push(line.join(' · '))
  })
  return { changes, unknown }
}

function meant(line: string[], tests: readonly Test[]): Test | undefined {
  const item = line.length > 2 ? line[1] : undefined
  const candidates = tests.filter(test => test.sample === line[0] && (item === undefined || test.item === item))
  return candidates.length === 1 ? candidates[0] : undefined
}
