export interface Fact {
  path: string
  label: string
  text: string
}

/** A JSON value as a flat row of labelled texts, in its own order; `label` names each key. */
export function facts(value: unknown, label: (key: string) => string, path: string[] = []): Fact[] {
  if (value === null || value === undefined || value === '') return []
  if (Array.isArray(value)) {
    if (value.every(one => typeof one !== 'object')) return plain(value.join(', '), path, label)
    return value.flatMap((one, i) => facts(one, label, [...path, String(i + 1)]))
  }
  if (typeof value === 'object') return Object.entries(value).flatMap(([key, one]) => facts(one, label, [...path, key]))
  return plain(String(value), path, label)
}

function plain(text: string, path: string[], label: (key: string) => string): Fact[] {
  return text === '' ? [] : [{ path: path.join('.'), label: path.map(label).join(' '), text }]
}
