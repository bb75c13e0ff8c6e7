export interface Fact {
  path: string
  label: string
  text: string
}

type Label = (key: string) => string
type Say = (key: string, value: string) => string

/** A JSON value as a flat row of labelled texts, in its own order; `label` names each key, `say` a coded value. */
export function facts(value: unknown, label: Label, say: Say, path: string[] = []): Fact[] {
  if (value === null || value === undefined || value === '') return []
  const name = path[path.length - 1] ?? ''
  if (Array.isArray(value)) {
    if (value.some(one => typeof one === 'object')) return value.flatMap((one, i) => facts(one, label, say, [...path, String(i + 1)]))
    return value.length ? [fact(value.map(one => say(name, String(one))).join(', '), label, path)] : []
  }
  if (typeof value === 'object') return Object.entries(value).flatMap(([key, one]) => facts(one, label, say, [...path, key]))
  return [fact(say(name, String(value)), label, path)]
}

function fact(text: string, label: Label, path: string[]): Fact {
  return { path: path.join('.'), label: path.map(label).join(' '), text }
}
