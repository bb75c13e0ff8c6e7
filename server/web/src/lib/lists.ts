import { computed, onScopeDispose, ref, shallowRef, watch, type Ref, type WritableComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { Problem } from '@/api/problem'

/** A part of the address, so that filters, tab and page can be sent to a colleague. */
export function useQuery(name: string): WritableComputedRef<string> {
  const route = useRoute()
  const router = useRouter()
  return computed({
    get: () => String(route.query[name] ?? ''),
    set: value => void router.replace({ query: { ...route.query, [name]: value || undefined } })
  })
}

interface Page<T> {
  items: T[]
  next: string | null
  counts?: Record<string, number>
}

/** Something loaded from the API, with its states: loading only shows after 300 ms, an older answer never wins over a newer. */
export function useLoad<T>(get: () => Promise<T>, again: () => unknown) {
  const data = shallowRef<T | null>(null) as Ref<T | null>
  const problem = shallowRef<Problem | null>(null)
  const loading = ref(false)
  const slow = ref(false)
  let turn = 0
  let timer = 0

  async function load(): Promise<void> {
    const mine = ++turn
    loading.value = true
    clearTimeout(timer)
    timer = window.setTimeout(() => (slow.value = loading.value), 300)
    try {
      const answer = await get()
      if (mine !== turn) return
      data.value = answer
      problem.value = null
    } catch (error) {
      if (mine === turn) problem.value = Problem.from(error)
    } finally {
      if (mine === turn) {
        loading.value = false
        slow.value = false
      }
    }
  }
  watch(again, () => void load(), { immediate: true })
  onScopeDispose(() => {
    turn++
    clearTimeout(timer)
  })
  return { data, problem, loading, slow, load }
}

/** A list that goes on with `after`; it starts over when what `again` reads changes. */
export function useKeyset<T>(getPage: (after?: string) => Promise<Page<T>>, again: () => unknown) {
  const first = useLoad(() => getPage(), again)
  const further = ref<T[]>([]) as Ref<T[]>
  const next = ref<string | null>(null)
  const loadingMore = ref(false)
  watch(first.data, page => {
    further.value = []
    next.value = page?.next ?? null
  })
  const items = computed<T[]>(() => [...(first.data.value?.items ?? []), ...further.value])
  const counts = computed(() => first.data.value?.counts ?? {})

  async function more(): Promise<void> {
    if (!next.value || loadingMore.value) return
    loadingMore.value = true
    const start = first.data.value
    try {
      const page = await getPage(next.value)
      if (start !== first.data.value) return
      further.value = [...further.value, ...page.items]
      next.value = page.next
    } catch (error) {
      first.problem.value = Problem.from(error)
    } finally {
      loadingMore.value = false
    }
  }
  return { items, counts, next, more, loadingMore, problem: first.problem, loading: first.loading, slow: first.slow, reload: first.load }
}

/** A value that follows another one after a pause, for search boxes. */
export function useSettled(source: Ref<string>, settle: (value: string) => void, pause = 250): void {
  let timer = 0
  watch(source, value => {
    clearTimeout(timer)
    timer = window.setTimeout(() => settle(value), pause)
  })
  onScopeDispose(() => clearTimeout(timer))
}
