import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { Problem } from './api.mjs'

/** Throws with what ought to hold. */
export function demand(holds, what) {
  if (!holds) throw new Error(`It does not hold that ${what}`)
}

export function demandEqual(found, expected, what) {
  if (!isDeepStrictEqual(found, expected)) {
    throw new Error(`${what} is\n  ${JSON.stringify(found)}\nand ought to be\n  ${JSON.stringify(expected)}`)
  }
}

/** The act is refused with this status and code of its problem document. */
export async function demandRefusal(status, code, what, act) {
  let outcome = 'accepted'
  try {
    await act()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    outcome = `${error.status} ${error.code}`
  }
  demandEqual(outcome, `${status} ${code}`, what)
}

/** Asks until the answer is there; throws with what was last seen when it takes too long. */
export async function until(what, ask, seconds = 30) {
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    const { done, seen } = await ask()
    if (done) return seen
    if (Date.now() > deadline) throw new Error(`After ${seconds} s: ${what}; seen: ${JSON.stringify(seen)}`)
    await pause(100)
  }
}
