import { onScopeDispose } from 'vue'
import type { Command } from '@/api/client'

const EVERY = 1000

/** Nothing follows on these. */
export const isClosed = (command: Command): boolean => ['acknowledged', 'rejected', 'failed', 'cancelled'].includes(command.state)

/** What a person can still take back: what waits, and a reading until its end. */
export const canCancel = (command: Command): boolean => command.state === 'waiting' || (command.kind === 'read' && !isClosed(command))

/** Balances are read; they take no orders. */
export const isBalance = (protocol: string): boolean => protocol === 'sics' || protocol === 'sbi'

/** Calls again and again while there is something to look for, as long as the page is there. */
export function useWatching(look: () => Promise<boolean>): { watchOn: () => void } {
  let timer = 0
  let gone = false
  async function turn(): Promise<void> {
    timer = 0
    if (await look().catch(() => true)) watchOn()
  }
  function watchOn(): void {
    if (!timer && !gone) timer = window.setTimeout(() => void turn(), EVERY)
  }
  onScopeDispose(() => {
    gone = true
    clearTimeout(timer)
  })
  return { watchOn }
}
