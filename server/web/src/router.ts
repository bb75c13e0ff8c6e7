import { createRouter, createWebHistory } from 'vue-router'
import type { Role } from './api/client'
import { rights } from './navigation'
import { knowSession, may, trouble } from './session'

declare module 'vue-router' {
  interface RouteMeta {
    /** Key of the title in the catalogue, under `title`. */
    title: string
    open?: boolean
    roles?: Role[]
  }
}

export const router = createRouter({
  history: createWebHistory(),
  scrollBehavior: (to, from, saved) => (to.path === from.path ? {} : (saved ?? { top: 0 })),
  routes: [
    { path: '/login', component: () => import('./pages/LoginPage.vue'), meta: { title: 'login', open: true } },
    { path: '/', component: () => import('./pages/HomePage.vue'), meta: { title: 'home', roles: rights.laboratory } },
    { path: '/samples', component: () => import('./pages/SamplesPage.vue'), meta: { title: 'samples', roles: rights.laboratory } },
    { path: '/samples/register', component: () => import('./pages/RegisterPage.vue'), meta: { title: 'register', roles: rights.register } },
    { path: '/samples/:number', component: () => import('./pages/SamplePage.vue'), props: true, meta: { title: 'sample', roles: rights.laboratory } },
    { path: '/results', component: () => import('./pages/ResultsPage.vue'), meta: { title: 'results', roles: rights.laboratory } },
    { path: '/review', component: () => import('./pages/ReviewPage.vue'), meta: { title: 'review', roles: rights.check } },
    { path: '/release', component: () => import('./pages/ReleasePage.vue'), meta: { title: 'release', roles: rights.release } },
    { path: '/certificates', component: () => import('./pages/CertificatesPage.vue'), meta: { title: 'certificates', roles: rights.laboratory } },
    {
      path: '/certificates/:number',
      component: () => import('./pages/CertificatePage.vue'),
      props: true,
      meta: { title: 'certificate', roles: rights.laboratory }
    },
    { path: '/notices', component: () => import('./pages/NoticesPage.vue'), meta: { title: 'notices' } },
    { path: '/retention', component: () => import('./pages/RetentionPage.vue'), meta: { title: 'retention', roles: rights.retention } },
    { path: '/disposals', component: () => import('./pages/DisposalsPage.vue'), meta: { title: 'disposals', roles: rights.laboratory } },
    { path: '/disposals/:id', component: () => import('./pages/DisposalPage.vue'), props: true, meta: { title: 'disposal', roles: rights.laboratory } },
    { path: '/layouts', component: () => import('./pages/LayoutsPage.vue'), meta: { title: 'layouts', roles: rights.laboratory } },
    { path: '/layouts/:code', component: () => import('./pages/LayoutPage.vue'), props: true, meta: { title: 'layout', roles: rights.laboratory } },
    { path: '/messages', component: () => import('./pages/MessagesPage.vue'), meta: { title: 'messages', roles: rights.laboratory } },
    { path: '/messages/:uid', component: () => import('./pages/MessagePage.vue'), props: true, meta: { title: 'message', roles: rights.laboratory } },
    { path: '/instruments', component: () => import('./pages/InstrumentsPage.vue'), meta: { title: 'instruments', roles: rights.laboratory } },
    { path: '/instruments/:code', component: () => import('./pages/InstrumentPage.vue'), props: true, meta: { title: 'instrument', roles: rights.laboratory } },
    { path: '/late', component: () => import('./pages/LatePage.vue'), meta: { title: 'late', roles: rights.laboratory } },
    { path: '/quality', component: () => import('./pages/QualityPage.vue'), meta: { title: 'quality', roles: rights.laboratory } },
    { path: '/quality/:id', component: () => import('./pages/ControlChartPage.vue'), props: true, meta: { title: 'controlChart', roles: rights.laboratory } },
    { path: '/gateways', component: () => import('./pages/GatewaysPage.vue'), meta: { title: 'gateways', roles: rights.laboratory } },
    { path: '/gateways/:login', component: () => import('./pages/GatewayPage.vue'), props: true, meta: { title: 'gateway', roles: rights.laboratory } },
    { path: '/portal', component: () => import('./pages/PortalPage.vue'), meta: { title: 'portal', roles: rights.portal } },
    { path: '/verify/:token?', component: () => import('./pages/VerifyPage.vue'), props: true, meta: { title: 'verify', open: true } },
    { path: '/users', component: () => import('./pages/UsersPage.vue'), meta: { title: 'users', roles: rights.people } },
    { path: '/trail', component: () => import('./pages/TrailPage.vue'), meta: { title: 'trail', roles: rights.trail } },
    { path: '/risks', component: () => import('./pages/RisksPage.vue'), meta: { title: 'risks', roles: rights.outcomes } },
    { path: '/drafting', component: () => import('./pages/DraftingPage.vue'), meta: { title: 'drafting', roles: rights.portal } },
    { path: '/history', component: () => import('./pages/HistoryPage.vue'), meta: { title: 'history', roles: rights.outcomes } },
    { path: '/clusters', component: () => import('./pages/ClustersPage.vue'), meta: { title: 'clusters', roles: rights.outcomes } },
    { path: '/disclosures', component: () => import('./pages/DisclosuresPage.vue'), meta: { title: 'disclosures', open: true } },
    { path: '/disclosures/:id', component: () => import('./pages/DisclosurePage.vue'), props: true, meta: { title: 'disclosure', open: true } },
    { path: '/subscription/:link', component: () => import('./pages/SubscriptionPage.vue'), props: true, meta: { title: 'subscription', open: true } },
    { path: '/docs', component: () => import('./pages/DocsPage.vue'), meta: { title: 'docs', open: true } },
    { path: '/:unknown(.*)*', component: () => import('./pages/UnknownPage.vue'), meta: { title: 'unknown', open: true } }
  ]
})

router.beforeEach(async to => {
  const person = await knowSession()
  if (!person && !trouble.value && !to.meta.open) return { path: '/login', query: { back: to.fullPath } }
  // A regulator's first screen is the list of certificates.
  if (to.path === '/' && !may(rights.laboratory) && may(rights.portal)) return '/portal'
  return true
})
