// How long a result is on its way: from the moment the gateway has a message until its verdict is in the database, at a steady
// pace over HL7 and ASTM. node tests/bench/latency.mjs [MESSAGES] [PER_SECOND]
import { mkdirSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { until } from '../../deploy/demo/demand.mjs'
import { message, send } from '../../deploy/demo/instruments.mjs'
import { demoSamples } from '../../deploy/demo/samples.mjs'
import { startInstance } from '../support/instance.mjs'

const [MESSAGES = 400, PER_SECOND = 20] = process.argv.slice(2).map(Number)
const VALUES = {
  mask: { 细菌过滤效率: '99.1', 颗粒过滤效率: '62.4', 压力差: '38.6' },
  cream: { 铅: '0.51', 砷: '0.12', 汞: '0.01', 镉: '0.02' }
}

const lab = await startInstance({ gateway: true })
try {
  mkdirSync(lab.instance.path('sent'))
  const technician = await lab.login('technician')
  const barcodes = {}
  for (const kind of Object.keys(VALUES)) {
    const { row } = demoSamples().find(sample => sample.kind === kind)
    const rows = Array.from({ length: MESSAGES / 2 }, (_, index) => ({ ...row, batch_no: `${kind}-${index}` }))
    barcodes[kind] = (await technician.post('/samples', { rows })).accepted.map(({ number }) => number)
  }
  const sent = []
  const begin = performance.now()
  for (let index = 0; index < MESSAGES; index += 1) {
    const kind = index % 2 ? 'cream' : 'mask'
    const text = message(kind === 'mask' ? 'mask.hl7' : 'icpms.astm', [{ barcode: barcodes[kind][index >> 1], values: VALUES[kind] }])
    sent.push(send(lab.instance, kind === 'mask' ? 'mllp' : 'astm', kind === 'mask' ? 'MASK-1' : 'ICPMS-1', text))
    await pause(Math.max(0, begin + (index + 1) * 1000 / PER_SECOND - performance.now()))
  }
  await Promise.all(sent)
  const sql = async text => (await lab.instance.sql('owner', text)).out.trim()
  await until('not all arrived', async () => ({ done: Number(await sql("SELECT COUNT(*) FROM inbound_message WHERE state = 'imported'")) >= MESSAGES }), 60)
  const took = (await sql('SELECT TIMESTAMPDIFF(MICROSECOND, received_at, stored_at) / 1000 FROM inbound_message ORDER BY 1')).split('\n').map(Number)
  const at = share => took[Math.floor(share * (took.length - 1))].toFixed(1)
  console.log(`${took.length} messages at ${PER_SECOND}/s: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms from spool to verdict`)
} finally {
  await lab.stop()
}
