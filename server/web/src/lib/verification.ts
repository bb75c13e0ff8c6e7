import type { FileVerification } from '@/api/client'
import { moment } from './dates'

export interface Answer {
  subject: 'integrity' | 'identity' | 'time' | 'status'
  answer: string
  tone: 'green' | 'red' | 'amber' | 'grey'
  icon: string
  values: Record<string, string>
}

const icons = { green: 'good', red: 'bad', amber: 'attention', grey: 'waiting' } as const
const tones: Record<string, Answer['tone']> = {
  intact: 'green', changed: 'red', not_signed: 'red',
  trusted: 'green', untrusted: 'red', nobody: 'grey',
  time_stamp: 'green', claimed: 'grey', none: 'grey',
  issued: 'green', superseded: 'amber', withdrawn: 'red', unknown: 'red'
}

/** The four questions about a file, answered apart: was it changed, who signed, when, and does it still hold. */
export function answers(found: FileVerification): Answer[] {
  const { integrity, identity, status } = found
  const row = (subject: Answer['subject'], answer: string, values: Record<string, string> = {}): Answer => {
    const tone = tones[answer] ?? 'grey'
    return { subject, answer, tone, icon: icons[tone], values }
  }
  const who = integrity === 'not_signed' ? 'nobody' : identity.trusted ? 'trusted' : 'untrusted'
  const time = found.signed_at ? (Number.isNaN(Date.parse(found.signed_at)) ? found.signed_at : moment(found.signed_at)) : ''
  return [
    row('integrity', integrity),
    row('identity', who, { signer: identity.signer || '—' }),
    row('time', time ? found.time_source : 'none', { time, authority: found.time_stamp_authority }),
    row('status', status, { number: found.number ?? '' })
  ]
}
