// The second half of deploy/run: starts the laboratory, plays the main job, serves until it is told to stop.
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { Instance } from './demo/instance.mjs'
import { MainJob } from './main-job.mjs'

const { values: options } = parseArgs({ options: { check: { type: 'boolean' }, fresh: { type: 'boolean' } } })
const folder = process.env.TOUCHSTONE_VAR
const say = text => process.stdout.write(`${text}\n`)
const line = (text, milliseconds) => say(`${(milliseconds / 1000).toFixed(3).padStart(8)} s ${text}`)

class Stopped extends Error {}

let stop
const stopping = new Promise((_, reject) => { stop = reject })
stopping.catch(() => {})  // whoever waits for it handles it
process.on('SIGINT', () => stop(new Stopped('Ctrl-C')))
process.on('SIGTERM', () => stop(new Stopped('SIGTERM')))
process.on('SIGHUP', () => stop(new Stopped('SIGHUP')))
const unlessStopped = work => Promise.race([work, stopping])

async function timed(text, work) {
  const begin = performance.now()
  await unlessStopped(work())
  line(text, performance.now() - begin)
}

async function demonstrate(instance) {
  await timed('database answers', () => instance.startDatabase())
  await timed('schema migrated', async () => {
    await instance.configure()
    await instance.migrate()
  })
  await timed('institute loaded', () => instance.loadInstitute())
  await timed('accounts made', () => instance.addAccounts())
  await timed(`server answers at ${instance.url}`, () => instance.startServer())
  await timed(`gateway listens: ICPMS-1 on ${instance.ports['ICPMS-1']}, MASK-1 on ${instance.ports['MASK-1']}, balance BAL-1 on ${instance.ports['BAL-1']}, HPLC-1 in ${relative('.', instance.dropFolder)}`,
    () => instance.startGateway())
  writeFileSync(instance.path('address'), `${instance.url}\n`)
  const certificates = await unlessStopped(new MainJob(instance, line).play())
  tell(instance, certificates)
  if (options.check) return
  say('\nServing until Ctrl-C.')
  await stopping
}

function tell(instance, certificates) {
  say(`\nAddress      ${instance.url}`)
  say(`API          ${instance.url}/docs`)
  for (const verdict of ['conforms', 'fails']) {
    say(`Certificate  ${certificates.find(certificate => certificate.verdict === verdict).path} (${verdict})`)
  }
  say('Accounts     ' + instance.accounts
    .map(({ login, password, name }) => `${login.padEnd(11)} ${password}  ${name}`).join('\n             '))
}

if (options.fresh) {
  for (const name of readdirSync(folder)) {
    if (name !== '.lock') rmSync(join(folder, name), { recursive: true })
  }
}
const instance = new Instance(folder, { wantedPort: 8080, onEvent: text => say(`           ${text}`), onGiveUp: error => stop(error) })
try {
  await demonstrate(instance)
} catch (error) {
  if (error instanceof Stopped) {
    if (options.check) process.exitCode = 1
  } else {
    process.exitCode = 1
    console.error(`\n${error.message}\nThe logs stand in ${instance.path('log')}.`)
  }
} finally {
  rmSync(instance.path('address'), { force: true })
  const begin = performance.now()
  try {
    await instance.stop()
    line('stopped', performance.now() - begin)
  } catch (error) {
    process.exitCode = 1
    console.error(error.message)
  }
}
process.exit()
