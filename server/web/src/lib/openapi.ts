export interface Line {
  name: string
  type: string
  required: boolean
  about: string
  depth: number
}

export interface Operation {
  method: string
  path: string
  summary: string
  description: string
  open: boolean
  parameters: Line[]
  body: Line[]
  answers: { status: string; about: string; lines: Line[] }[]
}

type Node = Record<string, unknown>
const methods = ['get', 'post', 'put', 'patch', 'delete']
const node = (value: unknown): Node => (typeof value === 'object' && value !== null ? (value as Node) : {})
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The operations of an OpenAPI document by tag, with schemas written out as indented lines for reading. */
export function operationsByTag(document: Node): { tag: string; about: string; operations: Operation[] }[] {
  const resolve = (value: unknown): Node => {
    const reference = text(node(value).$ref)
    return reference ? reference.slice(2).split('/').reduce<Node>((at, key) => node(at[key]), document) : node(value)
  }
  const named = (value: unknown): string => /([^/]+)$/.exec(text(node(value).$ref))?.[1] ?? ''

  function typeOf(value: unknown): string {
    const schema = resolve(value)
    if (Array.isArray(schema.enum)) return schema.enum.join(' | ')
    if (schema.type === 'array') return `${typeOf(schema.items)}[]`
    const bounds = ['minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems', 'pattern'].flatMap(key => (schema[key] === undefined ? [] : `${key} ${String(schema[key])}`))
    const base = text(schema.format) || text(schema.type) || named(value) || 'object'
    return [base, ...bounds, ...(schema.nullable ? ['null'] : [])].join(', ')
  }

  /** The properties of a schema, four levels deep at most, which the deepest of this document needs. */
  function lines(value: unknown, depth = 0): Line[] {
    const schema = resolve(value)
    if (schema.type === 'array') return lines(schema.items, depth)
    if (Array.isArray(schema.allOf)) return schema.allOf.flatMap(part => lines(part, depth))
    const required = new Set(Array.isArray(schema.required) ? schema.required : [])
    return Object.entries(node(schema.properties)).flatMap(([name, property]) => [
      { name, type: typeOf(property), required: required.has(name), about: text(resolve(property).description), depth },
      ...(depth < 3 ? lines(property, depth + 1) : [])
    ])
  }

  const schemaOf = (content: unknown): unknown => node(Object.values(node(content))[0]).schema
  function operation(path: string, method: string, value: Node): Operation {
    const parameters = (Array.isArray(value.parameters) ? value.parameters : []).map(resolve)
    return {
      method, path,
      summary: text(value.summary),
      description: text(value.description),
      open: Array.isArray(value.security) && value.security.length === 0,
      parameters: parameters.map(p => ({ name: `${text(p.name)} (${text(p.in)})`, type: typeOf(p.schema), required: p.required === true, about: text(p.description), depth: 0 })),
      body: lines(schemaOf(node(value.requestBody).content)),
      answers: Object.entries(node(value.responses)).map(([status, response]) => ({ status, about: text(resolve(response).description), lines: lines(schemaOf(resolve(response).content)) }))
    }
  }

  const all = Object.entries(node(document.paths)).flatMap(([path, item]) =>
    methods.filter(method => method in node(item)).map(method => ({ tag: String((node(node(item)[method]).tags as unknown[])?.[0] ?? ''), operation: operation(path, method, node(node(item)[method])) }))
  )
  const tags = (Array.isArray(document.tags) ? document.tags : []).map(node)
  return tags.map(tag => ({ tag: text(tag.name), about: text(tag.description), operations: all.filter(one => one.tag === tag.name).map(one => one.operation) }))
}
