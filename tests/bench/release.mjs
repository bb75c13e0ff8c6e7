// Seconds of a release of many, end to end on a laboratory of its own: node tests/bench/release.mjs [SAMPLES] [ROUNDS]
// prepare: read, compared, drawn once to see that it can be · sign: one transaction with password · issue: from the signature to
// the last file drawn, signed and stored. Beside it, in the same run, what one core draws and signs (bench certificates).
import { finished, prepare, sign } from '../../deploy/demo/release.mjs'
import { run } from '../../deploy/demo/instance.mjs'
import { checkedSamples } from '../support/checked.mjs'
import { startInstance } from '../support/instance.mjs'
import { program } from './limits.mjs'

const samples = Number(process.argv[2] ?? 1000)
const rounds = Number(process.argv[3] ?? 1)
const seconds = since => ((performance.now() - since) / 1000).toFixed(2)

const lab = await startInstance()
try {
  const signatory = await lab.login('signatory')
  const { password } = lab.instance.account('signatory')
  for (let round = 0; round < rounds; round += 1) {
    const numbers = await checkedSamples(lab, samples, { failing: 20 })
    let start = performance.now()
    const job = await prepare(signatory, numbers)
    const prepared = seconds(start)
    start = performance.now()
    await sign(signatory, job, password)
    const signed = seconds(start)
    const rows = await finished(signatory, job, 600)
    const end = await signatory.get(`/releases/${job.id}`)
    const issued = (Date.parse(end.last_issued_at) - Date.parse(end.signed_at)) / 1000
    const count = rows.filter(({ state }) => state === 'issued').length
    console.log(`${count} of ${samples} released: prepare ${prepared} s, sign ${signed} s, issue ${issued.toFixed(2)} s, all ${(Number(prepared) + Number(signed) + issued).toFixed(2)} s`)
  }
  const { out } = await run([program('touchstone'), 'bench', 'certificates', '--seconds', '2', '--json'])
  const { per_second } = JSON.parse(out)
  console.log(`one core draws and signs ${per_second.toFixed(0)} certificates of two pages a second: ${(samples / per_second).toFixed(2)} s for ${samples}`)
} finally {
  await lab.stop()
}
