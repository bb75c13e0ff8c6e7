import { ref, shallowRef } from 'vue'
import { api, take } from '@/api/client'
import type { PublicKeys } from './claim'

const place = 'touchstone.keys'

function kept(): PublicKeys | null {
  try {
    return JSON.parse(localStorage.getItem(place) ?? 'null') as PublicKeys | null
  } catch {
    return null // a browser that keeps nothing, or what somebody else put there
  }
}

/** The laboratory's certificates: those of the server, or, when it does not answer, those of the last visit. */
export function usePublicKeys() {
  const keys = shallowRef<PublicKeys | null>(kept())
  const asked = ref(false)
  const load = async () => {
    try {
      keys.value = await take(api.GET('/public/keys'))
      localStorage.setItem(place, JSON.stringify(keys.value))
    } catch {
      // Those of the last visit stay; the page says when there are none.
    } finally {
      asked.value = true
    }
  }
  return { keys, asked, ready: load() }
}
