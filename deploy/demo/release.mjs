// The signatory's act as a program does it: choose, see, sign once, wait for the files.
import { until } from './demand.mjs'

const REASON = '检验完成,数据已核对'

/** What would be signed: the job with its rows. */
export async function prepare(signatory, samples) {
  const job = await signatory.post('/releases', { samples })
  return { ...job, items: await signatory.all(`/releases/${job.id}/rows`) }
}

export const sign = (signatory, job, password, reason = REASON) =>
  signatory.post(`/releases/${job.id}/sign`, { shown_sha256: job.shown_sha256, password, meaning: 'release', reason })

/** Waits until every row has its certificate or a reason; the rows. */
export async function finished(signatory, job, seconds = 60) {
  await until(`release ${job.id} is not finished`, async () => {
    const seen = await signatory.get(`/releases/${job.id}`)
    return { done: seen.state === 'finished', seen }
  }, seconds)
  return signatory.all(`/releases/${job.id}/rows`)
}

/** All steps; throws unless every sample got its certificate. The certificates, in the order of the samples. */
export async function release(signatory, samples, password, reason = REASON) {
  const job = await prepare(signatory, samples)
  await sign(signatory, job, password, reason)
  const rows = await finished(signatory, job)
  const without = rows.filter(({ state }) => state !== 'issued')
  if (without.length) throw new Error(`not released: ${JSON.stringify(without)}`)
  const certificates = []
  for (const { certificate } of rows) certificates.push(await signatory.get(`/certificates/${certificate}`))
  return certificates
}
