// All that can be wrong with a request, made from its schema: { field, what, body } with one fault each. `field` is what the
// problem document must name.
import { resolved } from './document.mjs'

const copyWith = (body, path, value) => {
  const copy = structuredClone(body)
  const holder = path.slice(0, -1).reduce((at, name) => at[name], copy)
  if (value === undefined) delete holder[path.at(-1)]
  else holder[path.at(-1)] = value
  return copy
}

const others = { string: [7, true, {}, []], integer: ['7', true, {}, [], 1.5], array: ['x', 7, {}], object: ['x', 7, []] }

const BAD_CHARACTERS = ['a\u0000b', 'a\u0007b', 'a\nb', 'a\u007fb', 'a\u0085b', '\u001b[2J']
const BAD_FORMATS = {
  date: ['2026-02-30', '20261122', '2026-1-2', '2026-11-22T00:00:00Z', '0000-00-00', '2026-13-01', 'today', '２０２６-01-01', '99999-01-01'],
  'date-time': ['2026-11-22', '2026-11-22T25:00:00Z', '2026-11-22 10:00:00', 'now', '2026-02-30T00:00:00Z', '1763800000'],
  uuid: ['x', '00000000-0000-0000-0000-00000000000', '00000000-0000-0000-0000-00000000000g', '00000000000000000000000000000000'],
  sha256: ['0'.repeat(63), 'g'.repeat(64), '0'.repeat(64)],
  base64: ['*', 'YWJj!', 'YQ', 'YQ==YQ=='],
  decimal: ['0', '-1', 'abc', '1e3', '1,5', 'NaN', 'Infinity', ' 5', '5 ', '１２', '.5', '5.', '0x10', '1'.repeat(40), `0.${'0'.repeat(60)}1`, '--1', '']
}
const BAD_PATTERNS = {
  '^[0-9]{2}([0-9]{2}([0-9]{2})?)?$': ['1', '123', '1234567', 'ab', '１２', '99 1', '-1'],
  '^[a-z0-9._-]+$': ['ABC', 'a b', '用户', 'a/b', "a'b"]
}

/** Values that a schema forbids, as [what, value]. */
function forbidden(schema) {
  const values = (others[schema.type] ?? []).map(value => ['type', value])
  if (schema.type === 'string') values.push(...forbiddenTexts(schema))
  if (schema.type === 'integer') {
    values.push(['below', (schema.minimum ?? 1) - 1], ['negative', -1], ['overflow', 9223372036854775808n])
  }
  return values
}

function forbiddenTexts({ enum: words, 'x-lines': lines, format, pattern, minLength, maxLength }) {
  if (words) return [['word', 'no such'], ['case', words[0].toUpperCase()], ['empty', ''], ['padded', ` ${words[0]}`], ['control', `${words[0]}\u0000`]]
  const values = BAD_CHARACTERS.filter(text => !lines || !text.includes('\n')).map(text => ['characters', text])
  for (const text of BAD_FORMATS[format] ?? []) values.push([format, text])
  for (const text of BAD_PATTERNS[pattern] ?? []) values.push(['pattern', text])
  if (minLength) values.push(['too short', '长'.repeat(minLength - 1)], ['blank', ' '.repeat(minLength)])
  if (maxLength) values.push(['too long', '长'.repeat(maxLength + 1)], ['too long in astral characters', '😀'.repeat(maxLength + 1)])
  return values
}

/** Walks schema and good value together. `only`: those members alone. */
export function * mutations(given, body, value = body, path = [], only) {
  const schema = resolved(given)
  const field = path.join('.')
  const mutate = (what, wrong, at = path) => ({ field: at.join('.'), what, body: copyWith(body, at, wrong) })
  if (path.length) for (const [what, wrong] of forbidden(schema)) yield mutate(what, wrong)
  if (schema.type === 'array') yield * mutationsOfArray(schema, body, value, path, mutate)
  if (schema.type !== 'object') return
  yield mutate('unknown', 1, [...path, 'no_such_field'])
  yield mutate('unknown', null, [...path, '__proto'])
  for (const [name, member] of Object.entries(schema.properties)) {
    if (only && !only.includes(name)) continue
    const at = [...path, name]
    if (schema.required?.includes(name)) {
      yield mutate('missing', undefined, at)
      yield mutate('null', null, at)
    }
    if (value[name] === undefined) throw new Error(`the good request has no ${field}.${name}`)
    yield * mutations(member, body, value[name], at)
  }
}

function * mutationsOfArray({ items, minItems, maxItems }, body, value, path, mutate) {
  if (minItems) yield mutate('empty', [])
  if (maxItems) yield mutate('too many', Array(maxItems + 1).fill(value[0]))
  const last = [...path, value.length - 1]
  yield mutate('null', null, last)
  if (resolved(items).type === 'object') for (const wrong of others.object) yield mutate('type', wrong, last)
  if (resolved(items).type !== 'object') return yield * mutations(items, body, value.at(-1), last)
  // What excludes each other cannot stand in one item: every member is tried in the last item that has it.
  const members = Object.keys(resolved(items).properties)
  const lastIndex = value.length - 1
  const holders = members.map(name => { const at = value.findLastIndex(item => item[name] !== undefined); return at === -1 ? lastIndex : at })
  for (const index of new Set([lastIndex, ...holders])) {
    const here = members.filter((_, i) => holders[i] === index)
    yield * mutations(items, body, value[index], [...path, index], here)
  }
}

/** Whole numbers beyond what a double holds stand as they are. */
export const toJson = body => JSON.stringify(body, (_, value) => (typeof value === 'bigint' ? `\u0001${value}\u0001` : value))
  .replace(/"\\u0001(\d+)\\u0001"/g, '$1')

/** What no schema allows in a query: [what, text behind the "?"]. */
export function * queryMutations({ name, schema, required }) {
  const wrong = value => `${name}=${value}`
  yield ['control character', wrong('a%00b')]
  yield ['line end', wrong('a%0ab')]
  yield ['not UTF-8', wrong('%ff')]
  for (const broken of ['%', '%zz', 'a%2']) yield ['broken escape', wrong(broken)]
  yield ['twice', `${wrong('1')}&${wrong('1')}`]
  if (schema.maxLength) yield ['too long', wrong('a'.repeat(schema.maxLength + 1))]
  if (schema.enum || schema.type === 'boolean') for (const word of ['nosuch', 'TRUE', '1', '%20testing']) yield ['word', wrong(word)]
  if (schema.type === 'integer') for (const text of ['0', '-1', '501', '1.5', '1e2', 'abc', '%205', '0x5', '99999999999999999999']) yield ['number', wrong(text)]
  if (name === 'after') for (const text of ['abc', '-1', '1.5', '99999999999999999999']) yield ['cursor', wrong(text)]
  if (required) yield * [['missing', ''], ['empty', wrong('')]]
}
