// A laboratory of a test's own: temporary folder, free ports, the demonstration's institute and accounts.
//
//     const lab = await startInstance({ gateway: true })
//     const technician = await lab.login('technician')      // an Api, see deploy/demo/api.mjs
//     lab.kill('server'); await lab.back('server')          // kill -9; it comes back by itself
//     await lab.stop()                                       // stops everything and removes the folder
import { chmodSync, existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Instance } from '../../deploy/demo/instance.mjs'

/** In memory where there is room: these tests ask what is stored, not whether it outlives the machine. */
function parentFolder() {
  if (!existsSync('/dev/shm')) return tmpdir()
  const { bavail, bsize } = statfsSync('/dev/shm')
  return bavail * bsize > 2 ** 31 ? '/dev/shm' : tmpdir()
}

export async function startInstance({ gateway = false, lease, mail } = {}) {
  const folder = mkdtempSync(join(parentFolder(), 'touchstone-test-'))
  chmodSync(folder, 0o755)
  const instance = new Instance(folder, { mail })
  const lab = {
    instance,
    folder,
    get url() { return instance.url },
    get accounts() { return instance.accounts },
    get ports() { return instance.ports },
    /** The token with which the gateway brings messages is in this file. */
    tokenFile: instance.path('gateway.token'),
    login: login => instance.signIn(login),
    kill: which => instance.kill(which),
    back: which => instance.back(which),
    async stop() {
      try {
        await instance.stop()
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    }
  }
  try {
    await instance.start({ gateway, lease })
    return lab
  } catch (error) {
    await lab.stop()
    throw error
  }
}
