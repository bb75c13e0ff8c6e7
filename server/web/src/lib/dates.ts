// The laboratory's zone; the store and the API speak UTC.
const zone = 'Asia/Shanghai'
const minute = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
const second = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
const day = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' })

/** `2026-11-22 14:05` in the laboratory's zone. */
export function moment(utc: string | null | undefined): string {
  return utc ? minute.format(new Date(utc)) : ''
}

export function exactMoment(utc: string): string {
  return second.format(new Date(utc))
}

/** A time as an instrument said it, without a zone: `2026-11-22 14:05:31`. */
export function said(time: string | null | undefined): string {
  return time?.replace('T', ' ') ?? ''
}

/** The day in the laboratory, `2026-11-22`. */
export function today(now = new Date()): string {
  return day.format(now)
}

/** Days from today to a day; negative when it has passed. */
export function daysUntil(due: string, now = new Date()): number {
  return Math.round((Date.parse(due) - Date.parse(today(now))) / 86_400_000)
}

/** The moment at which a day of the laboratory begins, or one some days later; nothing for what is no day. */
export function dayStart(text: string, later = 0): string | undefined {
  const start = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00+08:00`) : NaN
  return Number.isNaN(start) ? undefined : new Date(start + later * 86_400_000).toISOString()
}
