// Samples that wait for release, made as people make them: registered, typed, submitted, checked.
import { randomUUID } from 'node:crypto'
import { day } from '../../deploy/demo/day.mjs'
import { chunksOf } from './chunks.mjs'

const VALUES = { 铅: '0.42', 砷: '0.08', 汞: '0.011', 镉: '0.027', 菌落总数: '120', 铜绿假单胞菌: '未检出' }

const row = batch => ({
  product: 'CREAM', specification: '50 g', batch_no: batch, maker: '示例化妆品一厂', approval_no: '示例1', client: '示例县市场监督管理局',
  business_kind: 'supervision', voucher_no: `V-${batch}`, sampled_on: day(-1), seal_state: 'intact', quantity: '12', quantity_unit: '瓶',
  produced_on: day(-60), expires_on: day(600), region_code: '990102'
})

/** The numbers of `count` checked samples of a product of six tests; every `failing`-th has too much lead.
 *  lab.login(login) gives an Api, as startInstance does. */
export async function checkedSamples(lab, count, { failing = Infinity } = {}) {
  const [technician, analyst, checker] = await Promise.all(['technician', 'analyst', 'checker'].map(login => lab.login(login)))
  const series = randomUUID().slice(0, 8)
  const numbers = []
  for (const part of chunksOf(Array.from({ length: count }, (_, index) => row(`${series}-${index}`)), 450)) {
    numbers.push(...(await technician.post('/samples', { rows: part })).accepted.map(({ number }) => number))
  }
  const place = new Map(numbers.map((number, index) => [number, index]))
  const tests = (await analyst.all('/tests?status=waiting')).filter(({ sample }) => place.has(sample))
  const value = ({ sample, item }) => (item === '铅' && (place.get(sample) + 1) % failing === 0 ? '12' : VALUES[item])
  for (const part of chunksOf(tests, 1000)) {
    await technician.post('/results', { rows: part.map(test => ({ test: test.id, version: test.version, value: value(test) })) })
  }
  for (const part of chunksOf(tests.map(({ id }) => id), 2000)) {
    await analyst.post('/reviews/submit', { tests: part })
    await checker.post('/reviews/check', { tests: part })
  }
  return numbers
}
