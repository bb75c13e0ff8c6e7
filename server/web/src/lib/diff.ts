export interface DiffLine {
  kind: 'same' | 'added' | 'removed'
  text: string
}

/** Lines of two texts side by side in one list: the longest common subsequence stands, what is before it went and came. */
export function diffLines(before: string, after: string): DiffLine[] {
  const old = before.split('\n')
  const fresh = after.split('\n')
  const length = old.map(() => new Uint32Array(fresh.length + 1))
  length.push(new Uint32Array(fresh.length + 1))
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = fresh.length - 1; j >= 0; j--) {
      length[i]![j] = old[i] === fresh[j] ? length[i + 1]![j + 1]! + 1 : Math.max(length[i + 1]![j]!, length[i]![j + 1]!)
    }
  }
  const out: DiffLine[] = []
  let i = 0
  let j = 0
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      out.push({ kind: 'same', text: old[i]! })
      i++
      j++
    } else if (j === fresh.length || (i < old.length && length[i + 1]![j]! >= length[i]![j + 1]!)) {
      out.push({ kind: 'removed', text: old[i++]! })
    } else {
      out.push({ kind: 'added', text: fresh[j++]! })
    }
  }
  return out
}
