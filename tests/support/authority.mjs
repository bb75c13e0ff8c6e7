// The authority of tests/support/authority behind HTTP, as a laboratory would reach one: time stamps, OCSP, lists.
//
//     const authority = await Authority.make('p256')
//     authority.path('signer.key'); authority.away = true      // then nobody answers
//     await authority.close()
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('authority', import.meta.url))
const TYPES = { stamp: 'application/timestamp-reply', ocsp: 'application/ocsp-response', list: 'application/pkix-crl' }

export class Authority {
  static async make(kind) {
    const authority = new Authority()
    authority.folder = mkdtempSync(join(tmpdir(), 'touchstone-authority-'))
    authority.server = createServer((request, response) => authority.#answer(request, response).catch(error => response.destroy(error)))
    authority.server.listen(0, '127.0.0.1')
    await once(authority.server, 'listening')
    authority.url = `http://127.0.0.1:${authority.server.address().port}`
    await authority.call(['make', kind, authority.url])
    return authority
  }

  away = false
  asked = 0

  path(name) {
    return join(this.folder, name)
  }

  /** Standard output of the program; throws with what it said when it fails. */
  async call(words, input = '') {
    const child = spawn(PROGRAM, words, { cwd: this.folder })
    const out = [], err = []
    child.stdout.on('data', chunk => out.push(chunk))
    child.stderr.on('data', chunk => err.push(chunk))
    child.stdin.end(input)
    const [status] = await once(child, 'close')
    if (status !== 0) throw new Error(`authority ${words.join(' ')}: ${Buffer.concat(err)}`)
    return Buffer.concat(out)
  }

  async #answer(request, response) {
    const body = []
    for await (const chunk of request) body.push(chunk)
    this.asked += 1
    const [what, which] = request.url.split('/').slice(1)
    if (this.away || !TYPES[what]) return response.writeHead(503).end()
    const answer = await this.call([what, ...(which ? [which] : [])], Buffer.concat(body))
    response.writeHead(200, { 'content-type': TYPES[what], 'content-length': answer.length }).end(answer)
  }

  async close() {
    this.server.close()
    this.server.closeAllConnections()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
