// A mail server of a test's own (RFC 5321), which can also misbehave.
//
//     const post = await new MailServer({ tls }).listen()
//     post.answer = ({ verb, to }) => verb === 'RCPT' && to === 'x@y.cn' && '550 no such mailbox'
//     const [mail] = await post.received(1)                  // { from, to, raw, id, head, subject, text }
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createSecureContext, TLSSocket } from 'node:tls'

/** A key and a certificate of its own for 127.0.0.1, as PEM. */
export function ownCertificate() {
  const folder = mkdtempSync(join(tmpdir(), 'touchstone-smtp-'))
  try {
    const [key, cert] = ['key.pem', 'cert.pem'].map(name => join(folder, name))
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1',
      '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert], { stdio: 'pipe' })
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const decoded = text => text.replace(/\?=\s+=\?/g, '?==?')
  .replace(/(=\?utf-8\?B\?[A-Za-z0-9+/=]*\?=)+/g, words => Buffer.concat(words.match(/\?B\?([^?]*)/g).map(word => Buffer.from(word.slice(3), 'base64'))).toString())

function parsed(from, to, raw) {
  const end = raw.indexOf('\r\n\r\n')
  const head = Object.fromEntries(raw.slice(0, end).replace(/\r\n[ \t]+/g, ' ').split('\r\n').map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]))
  return { from, to, raw, head, id: head['message-id'], subject: decoded(head.subject), text: Buffer.from(raw.slice(end), 'base64').toString() }
}

export class MailServer {
  mails = []
  connections = 0
  /** Called for each command with { verb, to }: a reply other than the usual one, 'drop' to end the connection, 'silence', or nothing. */
  answer = () => undefined
  #sockets = new Set()

  /** tls: { key, cert }; implicit: TLS from the start; account: { user, password } that must be shown. */
  constructor({ tls, implicit = false, account } = {}) {
    Object.assign(this, { tls, implicit, account })
  }

  async listen(port = this.port ?? 0) {
    this.server = createServer(socket => this.#serve(socket))
    await new Promise((done, failed) => this.server.once('error', failed).listen(port, '127.0.0.1', done))
    this.port = this.server.address().port
    return this
  }

  async close() {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise(done => this.server.close(done))
  }

  /** The mails, once there are so many that fit. */
  async received(count, fits = () => true, within = 20_000) {
    for (const end = Date.now() + within; ;) {
      const found = this.mails.filter(fits)
      if (found.length >= count) return found
      if (Date.now() > end) throw new Error(`${found.length} mails came, not ${count}: ${this.mails.map(({ to, subject }) => `${to} ${subject}`)}`)
      await pause(50)
    }
  }

  #secure(socket) {
    return new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(this.tls) })
  }

  #serve(plain) {
    this.connections += 1
    this.#sockets.add(plain)
    plain.on('close', () => this.#sockets.delete(plain))
    const session = { from: '', to: '', secure: this.implicit, known: !this.account, text: '', data: false }
    this.#attach(session, this.implicit ? this.#secure(plain) : plain)
    const reply = this.answer({ verb: 'CONNECT' }) || '220 mail.example.cn'
    if (reply === 'drop') plain.destroy()
    else if (reply !== 'silence') session.socket.write(`${reply}\r\n`)
  }

  #attach(session, socket) {
    session.socket = socket
    socket.on('error', () => {}) // one that breaks is seen by its end
    socket.on('data', bytes => {
      session.text += bytes
      while (session.socket === socket && this.#step(session));
    })
  }

  /** Takes one command or one mail; false when there is none yet. */
  #step(session) {
    const mark = session.data ? '\r\n.\r\n' : '\r\n'
    const at = session.text.indexOf(mark)
    if (at < 0) return false
    const given = session.text.slice(0, at)
    session.text = session.text.slice(at + mark.length)
    const verb = session.data ? 'MAIL-END' : given.split(/[ :]/)[0].toUpperCase()
    session.data = false
    if (verb === 'MAIL') session.from = /<(.*)>/.exec(given)[1]
    if (verb === 'RCPT') session.to = /<(.*)>/.exec(given)[1]
    const other = this.answer({ verb, to: session.to, given })
    if (other === 'drop') {
      session.socket.destroy()
      return false
    }
    if (other === 'silence') return false
    session.socket.write(`${other || this.#usual(session, verb, given)}\r\n`)
    if (verb === 'STARTTLS') this.#upgrade(session)
    return true
  }

  #upgrade(session) {
    const plain = session.socket
    plain.removeAllListeners('data')
    session.secure = true
    this.#attach(session, this.#secure(plain))
  }

  #usual(session, verb, given) {
    if (verb === 'EHLO') return ['250-mail.example.cn', ...(this.tls && !session.secure ? ['250-STARTTLS'] : []), ...(this.account ? ['250-AUTH LOGIN PLAIN'] : []), '250 SIZE'].join('\r\n')
    if (verb === 'AUTH') {
      const [, user, password] = Buffer.from(given.split(' ')[2], 'base64').toString().split('\0')
      session.known = user === this.account.user && password === this.account.password
      return session.known ? '235 welcome' : '535 who are you'
    }
    if (verb === 'MAIL' && !session.known) return '530 sign in first'
    if (verb === 'STARTTLS') return '220 go on'
    if (verb === 'QUIT') return '221 bye'
    if (verb === 'DATA') {
      session.data = true
      return '354 go on'
    }
    if (verb === 'MAIL-END') this.mails.push(parsed(session.from, session.to, given))
    return '250 ok'
  }
}
