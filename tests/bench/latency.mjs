// How long a result is on its way: from the moment the gateway has a message until its verdict is in the database, at steady
// paces over HL7 and ASTM, half each. node tests/bench/latency.mjs [PER_SECOND …]
// A pace that is too fast shows what can be sustained: the messages a second from the first in the spool to the last verdict.
import { mkdirSync, writeFileSync } from 'node:fs'
import { until } from '../../deploy/demo/demand.mjs'
import { message, records } from '../../deploy/demo/instruments.mjs'
import { demoSamples } from '../../deploy/demo/samples.mjs'
import { startInstance } from '../support/instance.mjs'
import { simulate } from './limits.mjs'

const PACES = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [20, 200, 1000, 4000]
const SECONDS = 5
const KINDS = {
  mask: { template: 'mask.hl7', protocol: 'mllp', code: 'MASK-1', values: { 细菌过滤效率: '99.1', 颗粒过滤效率: '62.4', 压力差: '38.6' } },
  cream: { template: 'icpms.astm', protocol: 'astm', code: 'ICPMS-1', values: { 铅: '0.51', 砷: '0.12', 汞: '0.01', 镉: '0.02' } }
}
const ROWS = 500  // registered in one request

const lab = await startInstance({ gateway: true })
const sql = async text => (await lab.instance.sql('owner', text)).out.trim()

/** A file for each message, in a folder of their own; what is sent is made before the clock runs. */
async function prepare(technician, pace, kind, count) {
  const { template, values } = KINDS[kind]
  const { row } = demoSamples().find(sample => sample.kind === kind)
  const rows = Array.from({ length: count }, (_, index) => ({ ...row, batch_no: `${kind}-${pace}-${index}` }))
  const numbers = []
  while (rows.length) numbers.push(...(await technician.post('/samples', { rows: rows.splice(0, ROWS) })).accepted.map(({ number }) => number))
  const folder = lab.instance.path('sent', `${kind}-${pace}`)
  mkdirSync(folder, { recursive: true })
  return numbers.map(barcode => {
    const file = `${folder}/${barcode}`
    writeFileSync(file, records(message(template, [{ barcode, values }])))
    return file
  })
}

async function measure(technician, pace) {
  const half = Math.ceil(pace * SECONDS / 2)
  const files = {}
  for (const kind of Object.keys(KINDS)) files[kind] = await prepare(technician, pace, kind, half)
  const begin = new Date().toISOString().slice(0, 23)
  const since = `received_at >= '${begin}'`
  await Promise.all(Object.entries(KINDS).map(([kind, { protocol, code }]) =>
    simulate(protocol, '--to', `127.0.0.1:${lab.instance.ports[code]}`, '--rate', pace / 2, ...files[kind])))
  const imported = async () => ({ done: Number(await sql(`SELECT COUNT(*) FROM inbound_message WHERE ${since} AND state = 'imported'`)) >= 2 * half })
  await until('not all arrived', imported, 120)
  const took = (await sql(`SELECT TIMESTAMPDIFF(MICROSECOND, received_at, stored_at) / 1000 FROM inbound_message WHERE ${since} ORDER BY 1`)).split('\n').map(Number)
  const whole = Number(await sql(`SELECT TIMESTAMPDIFF(MICROSECOND, MIN(received_at), MAX(stored_at)) / 1e6 FROM inbound_message WHERE ${since}`))
  const at = share => took[Math.floor(share * (took.length - 1))].toFixed(1)
  console.log(`${took.length} messages at ${pace}/s: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms from spool to verdict; ` +
    `${(took.length / whole).toFixed(0)}/s went through`)
}

try {
  const technician = await lab.login('technician')
  for (const pace of PACES) await measure(technician, pace)
} finally {
  await lab.stop()
}
