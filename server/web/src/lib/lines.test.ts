import { describe, expect, it } from 'vitest'
import type { Gateway } from '@/api/client'
import { diffLines } from './diff'
import { errorRate, lineOf, lineState, span, type Line } from './lines'

const line = (given: Partial<Line> = {}): Line => ({
  code: 'A', protocol: 'astm', address: 'h:1', connections: 1, last_contact: '2026-01-01T00:00:02Z', messages: 10, acknowledged: 9, repeated: 0, refused: 1, faults: 0,
  last_fault: '', last_fault_at: null, ...given
})
const gateway = (state: Gateway['state'], login: string, instruments: Line[]): Gateway => ({
  login, name: login, enabled: true, state, silent_s: 1, backlog_s: null, configuration: null, may_bring: [],
  report: {
    version: '1', reported_at: '', started_at: '', configuration: null, configuration_fault: '', pending: 0, oldest_pending: null, refused: 0, forwarded: 0,
    disk_free: 0, last_error: '', instruments
  }
})

describe('the state of a line', () => {
  it('is what its gateway says', () => {
    const g = gateway('current', 'g', [])
    expect(lineState(g, line())).toBe('connected')
    expect(lineState(g, line({ connections: 0 }))).toBe('idle')
    expect(lineState(g, line({ protocol: 'file', connections: 0 }))).toBe('watching')
    expect(lineState(g, line({ last_fault_at: '2026-01-01T00:00:03Z' }))).toBe('faulty')
    expect(lineState(g, line({ last_fault_at: '2026-01-01T00:00:01Z' }))).toBe('connected')
  })
  it('is nothing to rely on when the gateway is silent', () => {
    expect(lineState(gateway('silent', 'g', []), line())).toBe('silent')
    const both = [gateway('silent', 'old', [line()]), gateway('current', 'new', [line()])]
    expect(lineOf(both, 'A')?.gateway.login).toBe('new')
    expect(lineOf(both, 'B')).toBeUndefined()
  })
  it('counts what was answered in the negative or sent again', () => {
    expect(errorRate(line({ repeated: 1 }))).toEqual({ rate: '20.0%', bad: 2, all: 10 })
    expect(errorRate(line({ messages: 0, refused: 0 }))).toBeNull()
    expect(errorRate(line({ messages: 0, refused: 4 }))).toEqual({ rate: '100.0%', bad: 4, all: 4 })
  })
})

it('spans of time are short', () => {
  expect([45, 300, 10_000, 200_000].map(span)).toEqual(['45 s', '5 min', '2 h', '2 d'])
})

describe('the lines that two texts have', () => {
  it('are the same, went or came', () => {
    expect(diffLines('a\nb\nc', 'a\nx\nc').map(({ kind, text }) => `${kind} ${text}`)).toEqual(['same a', 'removed b', 'added x', 'same c'])
    expect(diffLines('a', 'a\nb').map(({ kind }) => kind)).toEqual(['same', 'added'])
    expect(diffLines('a\nb', 'b').map(({ kind }) => kind)).toEqual(['removed', 'same'])
  })
})
