import { init, type EChartsType } from 'echarts/core'
import { onMounted, onUnmounted, shallowRef, watch, type Ref, type ShallowRef, type WatchSource } from 'vue'
import { useI18n } from 'vue-i18n'

/**
 * A chart in that element, once the page has it: drawn at first and whenever a source or the language changes, and as wide as the
 * element. `begun` is told of it before it is drawn.
 */
export function useChart(
  frame: Ref<HTMLElement | undefined>, draw: (chart: EChartsType) => void, sources: WatchSource[], begun?: (chart: EChartsType) => void
): ShallowRef<EChartsType | undefined> {
  const { locale } = useI18n()
  const chart = shallowRef<EChartsType>()
  const resized = new ResizeObserver(() => chart.value?.resize())
  onMounted(() => {
    chart.value = init(frame.value!)
    begun?.(chart.value)
    resized.observe(frame.value!)
    draw(chart.value)
  })
  onUnmounted(() => {
    resized.disconnect()
    chart.value?.dispose()
  })
  watch([...sources, locale], () => chart.value && draw(chart.value))
  return chart
}
