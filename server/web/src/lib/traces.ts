/** A window of x, from < to. */
export interface Span {
  from: number
  to: number
}

/** The window within the whole; nothing when it is the whole. A window never gets so narrow that two doubles fall together. */
export function zoomed(wanted: Span, whole: Span): Span | null {
  const least = Math.max((whole.to - whole.from) * 1e-9, Math.abs(whole.to) * 1e-12)
  const width = Math.max(wanted.to - wanted.from, least)
  if (width >= whole.to - whole.from) return null
  const from = Math.min(Math.max(wanted.from, whole.from), whole.to - width)
  return { from, to: from + width }
}

/** A number of an axis or a mark, without the tail of binary fractions. */
export function figure(value: number, digits = 6): string {
  const rounded = Number(value.toPrecision(digits))
  const size = Math.abs(rounded)
  return size !== 0 && (size >= 1e7 || size < 1e-4) ? rounded.toExponential() : String(rounded)
}

/** Lines from zero, as masses are drawn; a gap stands between two. */
export function sticks(x: (number | null)[], y: (number | null)[]): [number | null, number | null][] {
  return x.flatMap((at, i) => (y[i] === null ? [] : [[at, 0], [at, y[i]!], [at, null]] as [number | null, number | null][]))
}

/** A point of a control chart, drawn at most 5 SD from the mean. */
export function clamped(deviation: string): number {
  return Math.max(-5, Math.min(5, Number(deviation)))
}
