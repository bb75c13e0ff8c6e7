import type { Scope, User } from '@/api/client'

/** What a token or certificate of this account can be good for: its roles say. */
export function scopesOf(users: User[], login: string | undefined): Scope[] {
  const roles = users.find(user => user.login === login)?.roles ?? []
  return [...(roles.includes('regulator') ? (['portal', 'feed'] as const) : []), ...(roles.includes('instrument') ? (['intake'] as const) : [])]
}
