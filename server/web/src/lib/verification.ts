import type { FileVerification } from '@/api/client'
import { moment } from './dates'
import type { FileCheck } from './proof/signedFile'

export interface Answer {
  subject: 'integrity' | 'identity' | 'time' | 'status'
  answer: string
  tone: 'green' | 'red' | 'amber' | 'grey'
  icon: string
  values: Record<string, string>
}

/** What is known of a file, whoever found it out: this page, or the server. */
export interface Findings {
  integrity: FileCheck['integrity']
  identity: FileVerification['identity']
  signed_at: string | null
  stamped?: boolean
  status: FileVerification['status'] | 'unreachable'
  number?: string | null
}

const icons = { green: 'good', red: 'bad', amber: 'attention', grey: 'waiting' } as const
const tones: Record<string, Answer['tone']> = {
  intact: 'green', changed: 'red', not_signed: 'red', appended: 'amber', unsupported: 'amber',
  trusted: 'green', untrusted: 'red', nobody: 'grey', unjudged: 'grey',
  claimed: 'grey', stamped: 'grey', none: 'grey',
  issued: 'green', superseded: 'amber', withdrawn: 'red', unknown: 'red', unreachable: 'grey'
}

/** The four questions about a file, answered apart: was it changed, who signed, when, and does it still hold. */
export function answers(found: Findings): Answer[] {
  const { integrity, identity, status } = found
  const row = (subject: Answer['subject'], answer: string, values: Record<string, string> = {}): Answer => {
    const tone = tones[answer] ?? 'grey'
    return { subject, answer, tone, icon: icons[tone], values }
  }
  const judged = identity.trusted ? 'trusted' : 'untrusted'
  const who = integrity === 'not_signed' ? 'nobody' : integrity === 'unsupported' ? 'unjudged' : judged
  const time = found.signed_at ? (Number.isNaN(Date.parse(found.signed_at)) ? found.signed_at : moment(found.signed_at)) : ''
  return [
    row('integrity', integrity),
    row('identity', who, { signer: identity.signer || '—' }),
    row('time', time ? (found.stamped ? 'stamped' : 'claimed') : 'none', { time }),
    row('status', status, { number: found.number ?? '' })
  ]
}

/** Whether only the server can finish what was found here. */
export const needsServer = (found: Findings) => found.integrity === 'appended' || found.integrity === 'unsupported'
