import { createApp } from 'vue'
import App from './App.vue'
import { whenSignedOut } from './api/client'
import { choose, i18n, language } from './i18n'
import { router } from './router'
import { session } from './session'
import './styles/base.css'
import './styles/parts.css'

choose(language())
whenSignedOut(() => {
  if (!session.value) return
  session.value = null
  const here = router.currentRoute.value
  if (!here.meta.open) void router.push({ path: '/login', query: { back: here.fullPath } })
})
// After an update the old parts of the pages are gone: load the new ones, once.
window.addEventListener('vite:preloadError', event => {
  const last = 'touchstone.reloaded'
  if (Date.now() - Number(sessionStorage.getItem(last) ?? 0) < 10_000) return
  sessionStorage.setItem(last, String(Date.now()))
  event.preventDefault()
  location.reload()
})
createApp(App).use(i18n).use(router).mount('#app')
