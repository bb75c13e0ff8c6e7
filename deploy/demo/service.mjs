// A program that is kept running: started again whenever it dies, until stop().
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, statSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

const READY_WITHIN = 90_000
const STOP_WITHIN = 60_000
const QUICK_DEATHS = 5
const LIVED = 10_000

export class Service {
  /**
   * command: program and arguments. log: the file that takes all it says.
   * ready(said): whether it serves, asked again and again; `said` is what it said since its start.
   * onDeath(text), onGiveUp(error): a death that was not asked for; one too many.
   */
  constructor({ name, command, log, ready, onDeath = () => {}, onGiveUp = () => {} }) {
    Object.assign(this, { name, command, log, ready, onDeath, onGiveUp })
    this.wanted = false
    this.deaths = 0
  }

  get pid() {
    return this.child?.pid
  }

  /** Resolves once it serves. */
  async start() {
    this.wanted = true
    await this.#launch()
  }

  /** SIGTERM, and SIGKILL for one that does not listen. */
  async stop() {
    this.wanted = false
    if (!this.child) return
    const ended = this.ended
    this.child.kill('SIGTERM')
    const late = new AbortController()
    const inTime = await Promise.race([
      ended.then(() => true),
      pause(STOP_WITHIN, false, { signal: late.signal })
    ])
    late.abort()
    if (!inTime) {
      this.child.kill('SIGKILL')
      await ended
      throw new Error(`${this.name} did not stop within ${STOP_WITHIN / 1000} s`)
    }
  }

  /** kill -9, of it or of what it keeps. It comes back by itself: wait for that with recovered(). */
  kill(pid = this.pid) {
    this.back = new Promise(resolve => { this.cameBack = resolve })
    process.kill(pid, 'SIGKILL')
  }

  async recovered() {
    await this.back
  }

  async #launch() {
    const begin = Date.now()
    const offset = sizeOf(this.log)
    const out = openSync(this.log, 'a')
    // A group of its own, so that Ctrl-C reaches only us, who stop everything in order; and it ends when we are killed.
    const child = spawn('setpriv', ['--pdeathsig', 'TERM', ...this.command], { stdio: ['ignore', out, out], detached: true })
    closeSync(out)
    this.child = child
    this.ended = new Promise(resolve => {
      child.once('error', error => resolve(`cannot be started: ${error.message}`))
      child.once('exit', (status, signal) => resolve(signal ? `was ended by ${signal}` : `ended with status ${status}`))
    })
    let how
    this.ended.then(text => {
      how = text
      this.child = undefined
    })
    const said = () => readFileSync(this.log).subarray(offset).toString()
    while (!(await this.ready(said()))) {
      if (how || Date.now() - begin > READY_WITHIN) {
        if (!how) child.kill('SIGKILL')
        throw new Error(`${this.name} ${how ?? 'does not answer'}; its last words in ${this.log}:\n${tail(said())}`)
      }
      await pause(15)
    }
    this.ended.then(text => this.#died(text, begin))
    this.cameBack?.()
  }

  async #died(how, begin) {
    if (!this.wanted) return
    this.onDeath(`${this.name} ${how}; it is started again`)
    this.deaths = Date.now() - begin > LIVED ? 1 : this.deaths + 1
    try {
      if (this.deaths > QUICK_DEATHS) throw new Error(`${this.name} keeps dying: ${how}; see ${this.log}`)
      await pause(50 * 2 ** this.deaths)
      if (this.wanted) await this.#launch()
    } catch (error) {
      if (this.wanted) this.onGiveUp(error)  // else stop() ended it while it was coming back
    }
  }
}

function sizeOf(file) {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

function tail(text) {
  return text.trimEnd().split('\n').slice(-15).join('\n')
}
