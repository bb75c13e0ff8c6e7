import { describe, expect, it } from 'vitest'
import { clamped, figure, sticks, zoomed } from './traces'

describe('a window of a trace', () => {
  const whole = { from: 0, to: 10 }
  it('stays within the whole and keeps its width', () => {
    expect(zoomed({ from: -1, to: 3 }, whole)).toEqual({ from: 0, to: 4 })
    expect(zoomed({ from: 8, to: 12 }, whole)).toEqual({ from: 6, to: 10 })
    expect(zoomed({ from: 2, to: 3 }, whole)).toEqual({ from: 2, to: 3 })
  })
  it('is nothing when it shows all, and never without width', () => {
    expect(zoomed({ from: -5, to: 15 }, whole)).toBeNull()
    const narrow = zoomed({ from: 5, to: 5 }, whole)!
    expect(narrow.to).toBeGreaterThan(narrow.from)
  })
})

describe('figures of an axis', () => {
  it('have no tail of binary fractions', () => {
    expect(figure(0.1 + 0.2)).toBe('0.3')
    expect(figure(123456789)).toBe('1.23457e+8')
    expect(figure(0.00001)).toBe('1e-5')
    expect(figure(0)).toBe('0')
  })
})

it('masses stand as sticks with gaps between', () => {
  expect(sticks([100, 101], [5, null])).toEqual([[100, 0], [100, 5], [100, null]])
})

it('a control point far out is drawn at the edge', () => {
  expect([clamped('12.5'), clamped('-7'), clamped('1.25')]).toEqual([5, -5, 1.25])
})
