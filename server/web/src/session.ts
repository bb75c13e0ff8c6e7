import { ref, shallowRef } from 'vue'
import { api, take, type Role, type Session } from './api/client'
import { Problem } from './api/problem'

export const session = ref<Session | null>(null)
/** Why it is not known who is signed in: the server did not answer. */
export const trouble = shallowRef<Problem | null>(null)
/** Notices to the person's organisation that nobody read yet. */
export const unread = ref(0)
let asked = false

/** Asks the server once who is signed in; afterwards the answer is known. */
export async function knowSession(): Promise<Session | null> {
  if (asked) return session.value
  try {
    session.value = await take(api.GET('/sessions/current'))
  } catch (error) {
    const problem = Problem.from(error)
    if (problem.status !== 401) {
      trouble.value = problem
      return null
    }
  }
  trouble.value = null
  asked = true
  return session.value
}

/** Asks again how many notices are unread; a failure leaves the last count, the page of notices shows it. */
export async function countNotices(): Promise<void> {
  try {
    unread.value = (await take(api.GET('/notices', { params: { query: { unread: 'true', limit: 1 } } }))).unread
  } catch (error) {
    console.warn('unread notices were not counted', error)
  }
}

export async function signIn(login: string, password: string): Promise<void> {
  session.value = await take(api.POST('/sessions', { body: { login, password } }))
  asked = true
}

export async function signOut(): Promise<void> {
  await take(api.DELETE('/sessions/current'))
  session.value = null
}

export function may(roles: readonly Role[] | undefined): boolean {
  return !roles || roles.some(role => session.value?.roles.includes(role))
}
