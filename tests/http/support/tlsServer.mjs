// A second server of a laboratory, with settings of its own: the same database, another port.
import { spawn } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Api } from '../../../deploy/demo/api.mjs'
import { freePort } from '../../../deploy/demo/files.mjs'
import { program } from '../../../deploy/demo/instance.mjs'

let count = 0

/** settings: of the section http. Resolves once it serves, with its port and stop(). */
export async function startBeside(lab, settings) {
  const port = await freePort()
  const ready = join(lab.folder, `beside-${count++}.port`)
  rmSync(ready, { force: true })
  const env = Object.fromEntries(Object.entries({ ...settings, port, port_file: ready }).map(([key, value]) => [`TOUCHSTONE_HTTP_${key.toUpperCase()}`, `${value}`]))
  const child = spawn(program('touchstone'), ['serve', '--config', lab.instance.config], { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', chunk => (said += chunk))
  const ended = new Promise(done => child.once('exit', done))
  while (!existsSync(ready)) {
    if (child.exitCode !== null || child.signalCode) throw new Error(`the server ended with ${child.exitCode ?? child.signalCode}: ${said}`)
    await pause(50)
  }
  return {
    port,
    async stop() {
      child.kill('SIGTERM')
      await ended
    }
  }
}

/** Somebody at that server. connection: options of node's https (ca, cert, key, maxVersion …) and http (localAddress). */
export class Caller extends Api {
  constructor(scheme, port, connection = {}, headers = {}) {
    super(`${scheme}://127.0.0.1:${port}`)
    Object.assign(this, { scheme, port, connection, headers })
  }

  fetch(method, path, body, headers = {}) {
    return this.raw(method, `/api/v1${path}`, body, headers)
  }

  raw(method, path, body, headers = {}) {
    const given = body && Buffer.from(JSON.stringify(body))
    return new Promise((answered, failed) => {
      const made = (this.scheme === 'https' ? tlsRequest : plainRequest)({
        host: '127.0.0.1', port: this.port, method, path, agent: false, ...this.connection,
        headers: { ...(given ? { 'content-type': 'application/json', 'content-length': given.length } : {}), ...this.headers, ...headers }
      }, async answer => {
        const chunks = await answer.toArray()
        answered(new Response([204, 304].includes(answer.statusCode) ? null : Buffer.concat(chunks), { status: answer.statusCode, headers: answer.headers }))
      })
      made.once('error', failed)
      made.end(given)
    })
  }
}
