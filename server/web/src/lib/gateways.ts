import { computed, onScopeDispose } from 'vue'
import { api, take, type Gateway } from '@/api/client'
import { useLoad } from './lists'

/** The gateways, loaded again every ten seconds while the page is there and seen. */
export function useGateways() {
  const { data, problem, loading, slow, load } = useLoad(() => take(api.GET('/gateways')), () => 0)
  const timer = window.setInterval(() => {
    if (!document.hidden && !loading.value) void load()
  }, 10_000)
  onScopeDispose(() => clearInterval(timer))
  return { gateways: computed<Gateway[]>(() => data.value?.items ?? []), problem, loading, slow, load }
}
