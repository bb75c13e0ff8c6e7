import type { ElementSpec } from '@codemirror/lang-xml'
import xsd from '../../../../schema/layout.xsd?raw'

/** Elements and attributes that a layout may have, read from the schema that the server holds layouts to, for completion. */
export function elementsOfLayouts(): ElementSpec[] {
  const schema = new DOMParser().parseFromString(xsd, 'text/xml')
  const inherited = new Map<string, Element>()
  for (const part of schema.querySelectorAll('complexType[name], attributeGroup[name], simpleType[name]')) inherited.set(part.getAttribute('name')!, part)

  function attributesOf(part: Element, seen = new Set<Element>()): { name: string; values?: string[] }[] {
    if (seen.has(part)) return []
    seen.add(part)
    const out: { name: string; values?: string[] }[] = []
    const from = (name: string | null) => {
      const other = name && inherited.get(name)
      if (other) out.push(...attributesOf(other, seen))
    }
    from(part.getAttribute('type'))
    for (const child of part.querySelectorAll('attribute, attributeGroup[ref], extension[base]')) {
      if (child.parentElement?.closest('element') !== (part.localName === 'element' ? part : part.closest('element'))) continue
      if (child.localName === 'extension') from(child.getAttribute('base'))
      else if (child.localName === 'attributeGroup') from(child.getAttribute('ref'))
      else out.push({ name: child.getAttribute('name')!, values: valuesOf(child) })
    }
    return out
  }
  function valuesOf(attribute: Element): string[] | undefined {
    const type = inherited.get(attribute.getAttribute('type') ?? '') ?? attribute
    const values = [...type.querySelectorAll('enumeration')].map(one => one.getAttribute('value')!)
    if (attribute.getAttribute('type') === 'xs:boolean') return ['true', 'false']
    return values.length ? values : undefined
  }

  const byName = new Map<string, Map<string, { name: string; values?: string[] }>>()
  for (const element of schema.querySelectorAll('element[name]')) {
    const name = element.getAttribute('name')!
    const attributes = byName.get(name) ?? new Map()
    for (const attribute of attributesOf(element)) attributes.set(attribute.name, attribute)
    byName.set(name, attributes)
  }
  return [...byName].map(([name, attributes]) => ({ name, top: name === 'layout', attributes: [...attributes.values()] }))
}
