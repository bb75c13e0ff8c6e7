import { onMounted, onUnmounted, ref, watch, type Ref } from 'vue'

/** A row that the arrows move over, and what other keys do with it; keys in fields and dialogs are not ours. */
export function useRowKeys<T>(rows: Ref<readonly T[]>, keyOf: (row: T) => string, acts: Record<string, (row: T | undefined) => void>) {
  const current = ref('')
  watch(rows, now => {
    if (!now.some(row => keyOf(row) === current.value)) current.value = now[0] ? keyOf(now[0]) : ''
  }, { immediate: true })

  function move(step: number): void {
    const at = rows.value.findIndex(row => keyOf(row) === current.value)
    const next = rows.value[Math.min(Math.max(at + step, 0), rows.value.length - 1)]
    if (!next) return
    current.value = keyOf(next)
    document.querySelector(`[data-key="${CSS.escape(current.value)}"]`)?.scrollIntoView({ block: 'nearest' })
  }

  function press(event: KeyboardEvent): void {
    const target = event.target instanceof HTMLElement ? event.target : null
    const elsewhere = target?.closest('input:not([type="checkbox"]), textarea, select, button, a, summary, [role="tab"]')
    if (elsewhere || document.querySelector('dialog[open]') || event.ctrlKey || event.metaKey || event.altKey) return
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key]
    // A box that has the focus is switched by its own space bar.
    if (event.key === ' ' && target?.matches('input')) return
    if (event.key === 'ArrowDown') move(1)
    else if (event.key === 'ArrowUp') move(-1)
    else if (act) act(rows.value.find(row => keyOf(row) === current.value))
    else return
    event.preventDefault()
  }
  onMounted(() => window.addEventListener('keydown', press))
  onUnmounted(() => window.removeEventListener('keydown', press))
  return { current }
}
