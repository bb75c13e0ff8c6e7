// Papers of imports, retests and in English: what registration asks for, what release refuses, what the certificate says.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { finished, prepare, sign } from '../../deploy/demo/release.mjs'
import { day, newImport, newRetest, newSample, Scene } from './support/scene.mjs'

const VALUES = {
  性状: '白色片', 鉴别: '呈正反应', 游离水杨酸: '0.1', 溶出度: '92', 重量差异: '符合规定', 含量测定: '99.6',
  铅: '0.42', 砷: '0.08', 汞: '0.011', 镉: '0.027', 菌落总数: '120', 铜绿假单胞菌: '未检出'
}
let scene
before(async () => (scene = await Scene.open()))
after(() => scene?.close())

const registered = async (...rows) => (await scene.technician.post('/samples', { rows })).accepted.map(({ number }) => number)
/** "rows.0.retest_number not_known" of a registration that is refused. */
async function faults(row) {
  const response = await scene.technician.fetch('POST', '/samples', { rows: [row] })
  assert.equal(response.status, 422)
  return (await response.json()).errors.map(({ field, code }) => `${field} ${code}`)
}
async function check(number) {
  await scene.type(number, VALUES)
  await scene.submit(number)
  await scene.check(number)
}
const results = certificate => scene.analyst.get(`/certificates/${certificate}/results`)
const withoutEnglish = row => Object.fromEntries(Object.entries(row).filter(([name]) => !name.endsWith('_en') && name !== 'language'))

test('an imported drug says its particulars, and they reach the results', async () => {
  const bare = newSample({ product: 'ASP-TAB', business_kind: 'import' })
  assert.deepEqual(await faults(bare), ['rows.0.import_country required', 'rows.0.import_port required', 'rows.0.import_notice_no required'])
  assert.deepEqual(await faults(newSample({ import_port: '示例口岸' })), ['rows.0.import_port not_asked'])
  const [number] = await registered(withoutEnglish(newImport()))
  assert.equal((await scene.analyst.get(`/samples/${number}`)).import_country, '示例国')
  await check(number)
  const [certificate] = await scene.release([number])
  assert.equal(certificate.frozen.layout.code, 'import-drug')
  assert.deepEqual((await results(certificate.number)).sample.import, { country: '示例国', port: '示例口岸', contract_no: 'HT-1', notice_no: 'TZ-1' })
})

test('a retest names a certificate of this laboratory, and is of the items that it is asked for', async () => {
  const row = newSample()
  const [first] = await registered(row)
  await check(first)
  const [original] = await scene.release([first])
  const retest = given => ({
    ...row, business_kind: 'retest', retest_number: original.number, retest_applicant: '示例化妆品一厂', retest_asked_on: day(0), retest_items: ['PB', 'HG'], ...given
  })
  assert.deepEqual(await faults(retest({ retest_number: 'BG2026999999' })), ['rows.0.retest_number not_known'])
  assert.deepEqual(await faults(retest({ batch_no: 'another' })), ['rows.0.retest_number other_original'])
  assert.deepEqual(await faults(retest({ retest_asked_on: day(-2) })), ['rows.0.retest_asked_on out_of_range'])
  assert.deepEqual(await faults(retest({ retest_items: ['PB', 'ASA'] })), ['rows.0.retest_items.1 not_known'])
  assert.deepEqual(await faults(retest({ retest_issued_on: day(-1) })), ['rows.0.retest_issued_on not_asked'])
  const [number] = await registered(retest())
  const sample = await scene.analyst.get(`/samples/${number}`)
  assert.deepEqual(sample.tests.map(({ item }) => item), ['铅', '汞'])
  assert.equal(sample.retest_issued_on, (await results(original.number)).issued_on)
  await check(number)
  const [certificate] = await scene.release([number])
  const { retest: said } = (await results(certificate.number)).sample
  assert.deepEqual([said.number, said.laboratory, said.applicant, said.items], [original.number, '示例市药品检验检测中心', '示例化妆品一厂', ['铅', '汞']])
})

test('a retest of the report of another laboratory says which and of when', async () => {
  const [number] = await registered(withoutEnglish(newRetest()))
  await check(number)
  const [certificate] = await scene.release([number])
  const { retest } = (await results(certificate.number)).sample
  assert.deepEqual([retest.laboratory, retest.number, retest.issued_on], ['示例省检验院', 'B-2026-0001', day(-20)])
})

test('a certificate in English is refused by the name of what is missing, and released once it is said', async () => {
  const [number] = await registered(newSample({ language: 'en', maker_en: 'Example Cosmetics Works' }))
  await check(number)
  const refused = await prepare(scene.signatory, [number])
  assert.equal(refused.items[0].code, 'no_english')
  assert.deepEqual(refused.items[0].missing.map(({ what }) => what), ['sample.approval_no', 'sample.client', 'sample.quantity_unit'])
  const said = [{ field: 'client_en', new: 'Example County Administration' }, { field: 'quantity_unit_en', new: 'bottles' }, { field: 'approval_no_en', new: 'Example 1' }]
  assert.equal((await scene.technician.fetch('POST', `/samples/${number}/corrections`, { reason: '补充英文', changes: said })).status, 204)

  const job = await prepare(scene.signatory, [number])
  assert.deepEqual(job.items[0].missing, [])
  await sign(scene.signatory, job, scene.password('signatory'))
  const [row] = await finished(scene.signatory, job)
  const certificate = await scene.analyst.get(`/certificates/${row.certificate}`)
  assert.equal(certificate.language, 'en')
  assert.equal(certificate.frozen.layout.code, 'english')
  const shown = await scene.anyone.get(`/public/certificates/${certificate.verification_url.split('/').at(-1)}`)
  assert.deepEqual([shown.language, shown.product_name, shown.maker], ['en', 'Moisturising Cream', 'Example Cosmetics Works'])
  const [listed] = (await scene.regulator.get(`/portal/certificates?q=${certificate.number}`)).items
  assert.deepEqual([listed.language, listed.product_name], ['en', '保湿霜'])

  const late = await scene.technician.fetch('POST', `/samples/${number}/corrections`, { reason: '再改', changes: [{ field: 'language', new: 'zh' }] })
  assert.equal((await late.json()).code, 'wrong_state')
})

test('names of people in English are the administrator\'s to give', async () => {
  await scene.admin.post('/users/analyst/english-name', { name_en: 'Analyst One', reason: '英文报告用' })
  assert.equal((await scene.admin.get('/users')).items.find(({ login }) => login === 'analyst').name_en, 'Analyst One')
  const wrong = await scene.admin.fetch('POST', '/users/analyst/english-name', { name_en: '检验员', reason: '英文报告用' })
  assert.deepEqual((await wrong.json()).errors.map(({ field, code }) => `${field} ${code}`), ['name_en wrong_characters'])
})
