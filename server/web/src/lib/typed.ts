import { computed, reactive, ref, shallowReactive, watch, type Ref } from 'vue'
import { api, take, type Test } from '@/api/client'
import { Problem } from '@/api/problem'
import { chunks } from './acts'
import { typed, type Typed } from './entry'

/** When not one row is good, the answer is a problem that names them all; that is an outcome like the others. */
function allRefused(error: unknown) {
  const problem = Problem.from(error)
  const rows = new Set(problem.errors.flatMap(one => (one.row === undefined ? [] : [one.row])))
  if (!rows.size) throw problem
  return { accepted: [], refused: [...rows].map(row => ({ row, errors: problem.errors.filter(one => one.row === row) })) }
}

/** Values typed over a list of tests: judged as they are typed, saved together, kept when somebody was faster. */
export function useTyped(listed: Ref<Test[]>) {
  const drafts = reactive(new Map<number, Typed>())
  // Tests that changed since the list was loaded: saved here, or found newer on the server.
  const newer = shallowReactive(new Map<number, Test>())
  const tests = computed(() => listed.value.map(test => newer.get(test.id) ?? test))
  const saving = ref(false)
  const unjudged = new Set<number>()
  let timer = 0
  watch(listed, () => newer.clear())

  function set(test: Test, value: string): void {
    const text = value.trim()
    if (text === '' || text === test.value) {
      drop(test)
      return
    }
    const theirs = drafts.get(test.id)?.theirs ?? null
    drafts.set(test.id, { ...typed(text), theirs })
    unjudged.add(test.id)
    clearTimeout(timer)
    timer = window.setTimeout(() => void judge(), 150)
  }

  function drop(test: Test): void {
    drafts.delete(test.id)
    unjudged.delete(test.id)
  }

  async function judge(): Promise<void> {
    const rows = [...unjudged].flatMap(test => (drafts.has(test) ? [{ test, value: drafts.get(test)!.value }] : []))
    unjudged.clear()
    for (const part of chunks(rows, 1000)) {
      let items
      try {
        items = (await take(api.POST('/results/judgements', { body: { rows: part } }))).items
      } catch (error) {
        const { message, code } = Problem.from(error)
        for (const { test } of part) if (drafts.has(test)) drafts.get(test)!.message = message || code
        continue
      }
      items.forEach(({ test, verdict, compared, message }, i) => {
        const draft = drafts.get(test)
        if (draft && draft.value === part[i]?.value) Object.assign(draft, { verdict, compared, message: message ?? '' })
      })
    }
  }

  /** Saves all that was typed. Good rows are taken, refused ones keep what was typed and say why. */
  async function save(reason: string | undefined): Promise<{ accepted: number; refused: number }> {
    saving.value = true
    const sum = { accepted: 0, refused: 0 }
    try {
      const changed = tests.value.filter(test => drafts.has(test.id))
      for (const part of chunks(changed, 500)) {
        const { accepted, refused } = await saveSome(part, reason)
        sum.accepted += accepted
        sum.refused += refused
      }
    } finally {
      saving.value = false
    }
    return sum
  }

  async function saveSome(part: Test[], reason: string | undefined): Promise<{ accepted: number; refused: number }> {
    const rows = part.map(test => ({ test: test.id, version: test.version, value: drafts.get(test.id)!.value, ...(test.value !== null && reason ? { reason } : {}) }))
    const answer = await take(api.POST('/results', { body: { mode: 'each', rows } })).catch(allRefused)
    for (const { row, version, compared, verdict } of answer.accepted) {
      const test = part[row]!
      newer.set(test.id, { ...test, version, compared, verdict, value: rows[row]!.value, status: 'resulted', source: 'manual' })
      drafts.delete(test.id)
    }
    for (const { row, errors } of answer.refused) {
      const test = part[row]!
      const draft = drafts.get(test.id)!
      draft.message = errors.map(error => error.message).join(' ')
      if (errors.some(error => error.code === 'conflict')) draft.theirs = await take(api.GET('/tests/{id}', { params: { path: { id: test.id } } }))
    }
    return { accepted: answer.accepted.length, refused: answer.refused.length }
  }

  /** Settles a conflict: the newer state is taken as known, with the typed value kept over it or given up. */
  function settle(test: Test, keepMine: boolean): void {
    const draft = drafts.get(test.id)
    if (!draft?.theirs) return
    newer.set(test.id, draft.theirs)
    if (keepMine) Object.assign(draft, { theirs: null, message: '' })
    else drop(test)
  }
  return { tests, drafts, set, drop, save, saving, settle }
}
