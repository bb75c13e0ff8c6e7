import { ref, shallowRef } from 'vue'
import { Problem } from '@/api/problem'

/** One act of a person at a time: `busy` while it runs, `problem` when it was refused. */
export function useAct() {
  const busy = ref(false)
  const problem = shallowRef<Problem | null>(null)

  async function run<T>(act: () => Promise<T>): Promise<T | undefined> {
    if (busy.value) return undefined
    busy.value = true
    problem.value = null
    try {
      return await act()
    } catch (error) {
      problem.value = Problem.from(error)
      return undefined
    } finally {
      busy.value = false
    }
  }
  return { busy, problem, run }
}

/** Cuts a long row of things into requests of a size that shows progress. */
export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))
}
