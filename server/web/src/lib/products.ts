import { ref, shallowReactive } from 'vue'
import { api, take, type Product, type ProductDetail } from '@/api/client'
import { Problem } from '@/api/problem'
import { today } from './dates'

/** Products found so far and the details of those chosen; each is asked for once. */
export function useProducts() {
  const found = ref<Product[]>([])
  const details = shallowReactive(new Map<string, ProductDetail | 'asked' | 'unknown'>())
  let turn = 0

  async function search(q: string): Promise<void> {
    const mine = ++turn
    const list = await take(api.GET('/products', { params: { query: { q: q || undefined } } }))
    if (mine === turn) found.value = list.items
  }

  async function know(code: string): Promise<void> {
    if (!code || details.has(code)) return
    details.set(code, 'asked')
    try {
      details.set(code, await take(api.GET('/products/{code}', { params: { path: { code } } })))
    } catch (error) {
      const problem = Problem.from(error)
      if (problem.status === 404) details.set(code, 'unknown')
      else details.delete(code)
    }
  }

  /** The code for what was typed: itself, or that of the only product of this name. */
  function codeOf(text: string): string {
    const named = found.value.filter(product => product.name === text || product.code.toUpperCase() === text.toUpperCase())
    return named.length === 1 ? named[0]!.code : text
  }

  function known(code: string): ProductDetail | undefined {
    const detail = details.get(code)
    return typeof detail === 'string' ? undefined : detail
  }

  function edition(code: string) {
    const detail = known(code)
    if (!detail) return undefined
    const day = today()
    return detail.editions.find(one => one.effective_from <= day && (!one.effective_to || one.effective_to >= day))
  }
  return { found, details, search, know, known, codeOf, edition }
}
