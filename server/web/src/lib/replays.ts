import { ref, shallowRef } from 'vue'
import { api, take, type Replayed } from '@/api/client'
import { Problem } from '@/api/problem'
import { chunks } from './acts'

/** Messages read again, some at a time: how many are done, what became of each, and what stopped it. */
export function useReplays() {
  const total = ref(0)
  const done = ref<Replayed[]>([])
  const running = ref(false)
  const problem = shallowRef<Problem | null>(null)

  async function start(messages: string[], reason: string): Promise<void> {
    if (running.value) return
    running.value = true
    total.value = messages.length
    done.value = []
    problem.value = null
    try {
      for (const some of chunks(messages, 20)) {
        const { items } = await take(api.POST('/intake/replays', { body: { messages: some, reason } }))
        done.value = [...done.value, ...items]
      }
    } catch (error) {
      problem.value = Problem.from(error)
    } finally {
      running.value = false
    }
  }
  return { total, done, running, problem, start }
}

/** Every message that a filter finds, for a batch. */
export async function allMessages(filter: { instrument?: string; code?: string; reason?: string }): Promise<string[]> {
  const uids: string[] = []
  for (let after: string | undefined; ;) {
    const page = await take(api.GET('/intake/messages', { params: { query: { ...filter, after, limit: 500 } } }))
    uids.push(...page.items.map(message => message.uid))
    if (!page.next) return uids
    after = page.next
  }
}
