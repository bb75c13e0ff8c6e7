// openapi.yaml as data: its operations, and whether a value is what a schema of it says.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { ROOT } from '../../../deploy/demo/instance.mjs'

const { parse } = createRequire(join(ROOT, 'server/web/package.json'))('yaml')
const document = parse(readFileSync(join(ROOT, 'server/http/openapi.yaml'), 'utf8'))

/** What stands behind a $ref; the parts of an allOf as one schema. */
export function resolved(schema) {
  if (schema.$ref) return resolved(schema.$ref.slice(2).split('/').reduce((at, name) => at[name], document))
  if (!schema.allOf) return schema
  const parts = schema.allOf.map(resolved)
  return {
    type: 'object',
    nullable: schema.nullable,
    required: parts.flatMap(part => part.required ?? []),
    properties: Object.assign({}, ...parts.map(part => part.properties ?? {}))
  }
}

/** Every operation: { id, verb, path, open, parameters, body?: { type, schema }, success: { status, type?, schema? } }. */
export const operations = Object.entries(document.paths).flatMap(([path, verbs]) =>
  Object.entries(verbs).map(([verb, operation]) => ({
    id: operation.operationId,
    verb: verb.toUpperCase(),
    path,
    open: operation.security?.length === 0 || operation.operationId === 'signIn',
    parameters: (operation.parameters ?? []).map(resolved),
    body: content(operation.requestBody),
    success: success(operation.responses)
  })))

export const operation = id => operations.find(each => each.id === id)
export const problem = resolved({ $ref: '#/components/schemas/Problem' })

function content(holder) {
  const [entry] = Object.entries(holder?.content ?? {})
  return entry && { type: entry[0], schema: resolved(entry[1].schema) }
}

function success(responses) {
  const [status] = Object.keys(responses).filter(name => name !== 'default')
  return { status: Number(status), ...content(resolved(responses[status])) }
}

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
const DATE = /^\d{4}-\d\d-\d\d$/

const ofType = {
  string: value => typeof value === 'string',
  boolean: value => typeof value === 'boolean',
  integer: Number.isSafeInteger,
  number: Number.isFinite,
  array: Array.isArray,
  object: value => typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Where and how a value differs from its schema; members that the schema does not list are faults. */
export function faults(given, value, at = '$') {
  const schema = resolved(given)
  if (value === null) return schema.nullable ? [] : [`${at} is null`]
  if (schema.type && !ofType[schema.type](value)) return [`${at} is ${JSON.stringify(value)}, not ${schema.type}`]
  const found = []
  if (schema.enum && !schema.enum.includes(value)) found.push(`${at} is ${value}, not one of ${schema.enum}`)
  if (schema.format === 'date-time' && !DATE_TIME.test(value)) found.push(`${at} is ${value}, no time in UTC`)
  if (schema.format === 'date' && !DATE.test(value)) found.push(`${at} is ${value}, no day`)
  if (schema.type === 'array') value.forEach((item, index) => found.push(...faults(schema.items, item, `${at}.${index}`)))
  if (schema.type === 'object') found.push(...faultsOfMembers(schema, value, at))
  return found
}

function faultsOfMembers(schema, value, at) {
  const found = (schema.required ?? []).filter(name => !(name in value)).map(name => `${at}.${name} is missing`)
  for (const [name, member] of Object.entries(value)) {
    const known = schema.properties?.[name] ?? schema.additionalProperties
    if (known) found.push(...faults(known, member, `${at}.${name}`))
    else if (schema.properties) found.push(`${at}.${name} is not in the document`)
  }
  return found
}
