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
createApp(App).use(i18n).use(router).mount('#app')
