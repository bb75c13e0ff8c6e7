import type { Gateway } from '@/api/client'

export type Line = NonNullable<Gateway['report']>['instruments'][number]

/** How an instrument's line stands: as the gateway that serves it says, unless that says nothing any more. */
export function lineState(gateway: Gateway, line: Line): 'silent' | 'faulty' | 'watching' | 'connected' | 'idle' {
  if (gateway.state === 'silent') return 'silent'
  const recent = line.last_fault_at !== null && (line.last_contact === null || line.last_fault_at > line.last_contact)
  if (recent) return 'faulty'
  if (line.protocol === 'file') return 'watching'
  return line.connections > 0 ? 'connected' : 'idle'
}

/** The gateway and line of an instrument: one that is heard of goes before one that is silent. */
export function lineOf(gateways: Gateway[], code: string): { gateway: Gateway; line: Line } | undefined {
  const found = gateways.flatMap(gateway => (gateway.report?.instruments ?? []).filter(line => line.code === code).map(line => ({ gateway, line })))
  return found.find(({ gateway }) => gateway.state !== 'silent') ?? found[0]
}

/** Negative answers and repetitions among all that came; nothing when nothing came. */
export function errorRate(line: Line): { rate: string; bad: number; all: number } | null {
  const bad = line.refused + line.repeated
  const all = Math.max(line.messages, bad)
  return all === 0 ? null : { rate: `${((100 * bad) / all).toFixed(1)}%`, bad, all }
}

/** `45 s`, `12 min`, `3 h`, `2 d`. */
export function span(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.floor(seconds / 3_600)} h` : `${Math.floor(seconds / 86_400)} d`
}

export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}
