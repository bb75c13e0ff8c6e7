import type { FieldError } from '@/api/problem'

export interface Place {
  line: number
  column: number
  message: string
}

/** Where the engine stopped: the fields `xml.LINE.COLUMN` of a refusal. */
export function places(errors: readonly FieldError[]): Place[] {
  return errors.flatMap(({ field, message }) => {
    const found = /^xml\.(\d+)\.(\d+)$/.exec(field)
    return found ? [{ line: Number(found[1]), column: Number(found[2]), message }] : []
  })
}

/** What can be bound to: a path with an example of its value; lists stand with their first row. */
export interface DataNode {
  name: string
  path: string
  kind: 'text' | 'list' | 'record'
  example: string
  children: DataNode[]
}

/** The tree of a certificate's data. Inside a list, paths begin with `row`, as a table calls the row it prints. */
export function dataTree(data: unknown, prefix = ''): DataNode[] {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return []
  return Object.entries(data).map(([name, value]) => nodeOf(name, prefix + name, value))
}

function nodeOf(name: string, path: string, value: unknown): DataNode {
  if (Array.isArray(value)) {
    const [first] = value as unknown[]
    const children = typeof first === 'object' && first !== null ? dataTree(first, 'row.') : []
    return { name, path, kind: 'list', example: String(value.length), children }
  }
  if (typeof value === 'object' && value !== null) return { name, path, kind: 'record', example: '', children: dataTree(value, `${path}.`) }
  return { name, path, kind: 'text', example: value === null || value === undefined ? '' : String(value), children: [] }
}

/** All that can stand in braces, for completion. */
export function paths(nodes: readonly DataNode[]): string[] {
  return [...new Set(nodes.flatMap(node => (node.kind === 'text' ? [node.path] : paths(node.children))))]
}

/** Those nodes whose path or example has the words, with the ones above them. */
export function matching(nodes: readonly DataNode[], words: string): DataNode[] {
  const wanted = words.trim().toLowerCase()
  if (!wanted) return [...nodes]
  return nodes.flatMap(node => {
    if (`${node.path} ${node.example}`.toLowerCase().includes(wanted)) return [node]
    const children = matching(node.children, wanted)
    return children.length ? [{ ...node, children }] : []
  })
}

/** Pieces to begin with. Their words are those of paper, which are Chinese. */
export const snippets = {
  field: '<fields>\n  <field label="检品名称" english="Sample">{sample.product_name}</field>\n</fields>\n',
  table: '<table list="tests">\n  <column head="检验项目" share="3">{row.item}</column>\n  <column head="标准规定" share="4">{row.requirement}</column>\n  <column head="检验结果" share="3">{row.compared}</column>\n  <end>（以下空白）</end>\n</table>\n',
  condition: '<when path="verdict" is="fails">\n  <p>本品不符合规定。</p>\n</when>\n',
  qr: '<qr side="24" align="right">{verification_url}</qr>\n',
  seal: '<seal text="{laboratory.seal_text}" under="{laboratory.watermark|}"/>\n'
} as const
export type Snippet = keyof typeof snippets
