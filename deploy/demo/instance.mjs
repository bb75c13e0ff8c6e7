// One running laboratory in a folder of its own: database, server, gateway, accounts. The demonstration is one, and so is
// what the tests drive.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { demoAccounts, LABORATORY } from './accounts.mjs'
import { Api } from './api.mjs'
import { Balance } from './balance.mjs'
import { freePort, ini, writeSecret } from './files.mjs'
import { Service } from './service.mjs'

export const ROOT = resolve(fileURLToPath(import.meta.url), '../../..')
export const program = name => join(ROOT, 'build/bin', name)

const GATEWAY = 'gateway'

/** Runs a program to its end; throws with what it said unless it exits with one of the expected statuses. */
export async function run(command, { input = '', expect = [0], env = {} } = {}) {
  const child = spawn(command[0], command.slice(1), { cwd: ROOT, env: { ...process.env, ...env } })
  const out = [], err = []
  child.stdout.on('data', chunk => out.push(chunk))
  child.stderr.on('data', chunk => err.push(chunk))
  child.stdin.on('error', () => {})  // one that ends without reading
  child.stdin.end(input)
  const status = await new Promise((done, failed) => child.once('error', failed).once('close', (code, signal) => done(code ?? signal)))
  const result = { status, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() }
  if (!expect.includes(status)) {
    throw new Error(`${command.join(' ')} ended with ${status}, not ${expect.join(' or ')}:\n${result.out}${result.err}`)
  }
  return result
}

export class Instance {
  /** mail: settings of [mail]. onEvent(text): a service died and is started again; onGiveUp(error): one that cannot be kept running. */
  constructor(folder, { wantedPort = 0, mail, onEvent = () => {}, onGiveUp = () => {} } = {}) {
    this.folder = resolve(folder)
    this.wantedPort = wantedPort
    this.mail = mail
    this.events = { onDeath: onEvent, onGiveUp }
    for (const name of ['', 'log', 'certificates']) mkdirSync(this.path(name), { recursive: true })
    this.config = this.path('touchstone.ini')
    this.services = {}
  }

  path(...names) {
    return join(this.folder, ...names)
  }

  get url() {
    return `http://127.0.0.1:${this.ports.http}`
  }

  async startDatabase() {
    this.services.database = this.#service('database', [program('touchstone'), 'database', 'run', this.path('db')],
      said => /^.*\bready\b/m.test(said))
    await this.services.database.start()
  }

  /** The settings; ports stay those of the start before when they are still free, so that links on paper hold. */
  async configure() {
    const file = this.path('ports.json')
    const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { http: this.wantedPort }
    this.ports = { http: await freePort(before.http) }
    for (const code of ['ICPMS-1', 'MASK-1', 'BAL-1']) this.ports[code] = await freePort(before[code])
    writeFileSync(file, JSON.stringify(this.ports) + '\n')
    writeSecret(this.config, ini({
      database: { directory: this.path('db'), schema: 'touchstone' },
      http: { host: '127.0.0.1', port: this.ports.http, port_file: this.path('http.port'), web: join(ROOT, 'build/web'), public_url: this.url },
      keys: { directory: this.path('keys') },
      audit: { anchors: this.path('trail.anchors') },
      certificate: { watermark: '测试', watermark_en: 'TEST', seal: '示例市药品检验检测中心' },
      institute: { organisation: LABORATORY },
      ...(this.mail && { mail: this.mail })
    }))
  }

  async migrate() {
    await this.touchstone(['migrate'])
  }

  async loadInstitute() {
    await this.touchstone(['institute', 'load', join(ROOT, 'templates/institute.xml')])
  }

  async addAccounts() {
    this.accounts = demoAccounts(this.path('demo-accounts.json'))
    await Promise.all([...this.accounts, { login: GATEWAY, name: '仪器网关', roles: ['instrument'], organisation: LABORATORY }].map(
      ({ login, name, nameEnglish, roles, organisation, password }) => this.touchstone(
        ['user', 'add', login, '--name', name, ...(nameEnglish ? ['--name-en', nameEnglish] : []), '--roles', roles.join(','), '--organisation', organisation],
        { input: `${password ?? randomBytes(24).toString('base64url')}\n` })))
    const token = this.path('gateway.token')
    if (!existsSync(token)) writeSecret(token, (await this.touchstone(['user', 'token', GATEWAY])).out)
  }

  async startServer() {
    this.services.server = this.#service('server', [program('touchstone'), 'serve', '--config', this.config], async () => {
      try {
        return existsSync(this.path('http.port')) && (await new Api(this.url).get('/health')).status === 'ok'
      } catch {
        return false  // asked again until it answers or its time is over
      }
    })
    rmSync(this.path('http.port'), { force: true })
    await this.services.server.start()
  }

  async startGateway() {
    this.balance = await new Balance().listen(this.ports['BAL-1'])
    const status = this.path('gateway.json')
    writeSecret(this.path('gateway.ini'), ini({
      server: { url: this.url, token_file: this.path('gateway.token'), ...(this.lease && { lease_seconds: this.lease }) },
      spool: { folder: this.path('spool') },
      status: { file: status },
      'instrument.ICPMS-1': { protocol: 'astm', listen: `127.0.0.1:${this.ports['ICPMS-1']}` },
      'instrument.MASK-1': { protocol: 'mllp', listen: `127.0.0.1:${this.ports['MASK-1']}` },
      'instrument.HPLC-1': { protocol: 'file', folder: this.dropFolder, suffix: '.csv', settle_ms: 300 },
      'instrument.BAL-1': { protocol: 'sics', connect: `127.0.0.1:${this.ports['BAL-1']}`, stable_ms: 4000, answer_ms: 1000 }
    }))
    let launched
    this.services.gateway = this.#service('gateway', [program('touchstone-gateway'), 'run', '--config', this.path('gateway.ini')], () => {
      const child = this.services.gateway.pid
      if (child !== launched) {
        launched = child
        rmSync(status, { force: true })
      }
      return existsSync(status)
    })
    await this.services.gateway.start()
  }

  get dropFolder() {
    return this.path('drop', 'HPLC-1')
  }

  /** Everything, in order. lease: seconds after which a command that the gateway lost comes again; default: its own. */
  async start({ gateway = true, lease } = {}) {
    this.lease = lease
    await this.startDatabase()
    await this.configure()
    await this.migrate()
    await this.loadInstitute()
    await this.addAccounts()
    await this.startServer()
    if (gateway) await this.startGateway()
    return this
  }

  async stop() {
    const faults = []
    await this.balance?.close()
    for (const name of ['gateway', 'server', 'database']) {
      await this.services[name]?.stop().catch(error => faults.push(error))
    }
    await this.#stopOrphanedDatabase()
    if (faults.length) throw new AggregateError(faults, faults.map(error => error.message).join('\n'))
  }

  /** kill -9 of `gateway`, `server`, `database` (its keeper) or `mariadbd`. All of them come back. */
  kill(which) {
    if (which === 'mariadbd') this.services.database.kill(this.#databasePid())
    else this.services[which].kill()
  }

  /** Resolves once what was killed serves again. */
  async back(which) {
    await this.services[which === 'mariadbd' ? 'database' : which].recovered()
  }

  async signIn(login) {
    const { password } = this.account(login)
    return Api.signIn(this.url, login, password)
  }

  account(login) {
    const account = this.accounts.find(account => account.login === login)
    if (!account) throw new Error(`there is no account ${login}`)
    return account
  }

  /** The touchstone command with this instance's settings. */
  touchstone(words, options) {
    return run([program('touchstone'), ...words, '--config', this.config], options)
  }

  /** SQL as the owner of the schema or as the server's own account, behind the program's back. */
  async sql(account, statement, expect = [0]) {
    const secrets = readFileSync(this.path('db/secrets.ini'), 'utf8')
    const password = new RegExp(`^${account}_password = (.*)$`, 'm').exec(secrets)[1]
    const elsewhere = this.path('db/run/socket.path')
    const socket = existsSync(elsewhere) ? join(readFileSync(elsewhere, 'utf8').trim(), 'db.sock') : this.path('db/run/db.sock')
    const user = account === 'owner' ? 'touchstone_owner' : 'touchstone'
    return run(['mariadb', '--no-defaults', `--socket=${socket}`, `--user=${user}`, '--batch', '--skip-column-names',
      '--default-character-set=utf8mb4', 'touchstone'], { input: statement, expect, env: { MYSQL_PWD: password } })
  }

  #service(name, command, ready) {
    return new Service({ name, command, ready, log: this.path('log', `${name}.log`), ...this.events })
  }

  #databasePid() {
    const pid = Number(contentOf(this.path('db/run/mariadbd.pid')) ?? 0)
    return pid > 0 && isDatabase(pid) ? pid : undefined
  }

  /** When its keeper was killed, the database went on by itself. */
  async #stopOrphanedDatabase() {
    const pid = this.#databasePid()
    if (!pid) return
    process.kill(pid, 'SIGTERM')
    while (isDatabase(pid)) await pause(20)
  }
}

/** Not one that is dead and merely not reaped, as where process 1 of a container takes no orphans in. */
function isDatabase(pid) {
  return /\(mariadbd\) [^ZX]/.test(contentOf(`/proc/${pid}/stat`) ?? '')
}

/** Nothing when the file is not there, or goes while it is read. */
function contentOf(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (!['ENOENT', 'ESRCH'].includes(error.code)) throw error
    return undefined
  }
}
