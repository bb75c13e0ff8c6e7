// What regulators see and fetch: their region and no other, archives that can be fetched piece by piece, the change feed as it grows.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Api } from '../../deploy/demo/api.mjs'
import { newSample, Scene } from './support/scene.mjs'

const LISTENERS = 64
const PASSWORD = 'long enough 1'
let scene
let issued
let county
let neighbour
let cookie // of a session that listens

/** A regulator of a region of its own. */
async function regulatorOf(region) {
  const code = `R${region}`
  await scene.lab.instance.sql('owner', `INSERT INTO organisation (code, name, kind, region_code) VALUES ('${code}', '${region}监管局', 'regulator', '${region}')`)
  await scene.admin.post('/users', { login: `regulator.${region}`, name: '监管人员', password: PASSWORD, roles: ['regulator'], organisation: code })
  return Api.signIn(scene.lab.url, `regulator.${region}`, PASSWORD)
}

async function released(count, given = {}) {
  const { accepted } = await scene.technician.post('/samples', { rows: Array.from({ length: count }, () => newSample(given)) })
  const numbers = accepted.map(({ number }) => number)
  for (const number of numbers) {
    await scene.type(number)
    await scene.submit(number)
    await scene.check(number)
  }
  return scene.release(numbers)
}

before(async () => {
  scene = await Scene.open()
  county = await regulatorOf('990102')
  neighbour = await regulatorOf('990103')
  issued = await released(5)
  const session = await new Api(scene.lab.url).fetch('POST', '/sessions', { login: 'regulator.990102', password: PASSWORD })
  cookie = session.headers.get('set-cookie').split(';')[0]
})
after(() => scene?.close())

const fileOf = id => `/portal/bundles/${id}/file`
const part = async (id, range, headers = {}) => {
  const response = await county.fetch('GET', fileOf(id), undefined, { range, ...headers })
  return { status: response.status, range: response.headers.get('content-range'), bytes: Buffer.from(await response.arrayBuffer()) }
}

test('a county sees its own certificates and a neighbour none of them, by no way', async () => {
  assert.deepEqual((await county.get('/portal/certificates')).items.map(({ number }) => number), issued.map(({ number }) => number).reverse())
  const { number } = issued[0]
  assert.deepEqual((await neighbour.get('/portal/certificates')).items, [])
  assert.deepEqual((await neighbour.get('/portal/certificates?region=990102')).items, [])
  assert.deepEqual((await neighbour.get(`/portal/certificates?q=${number}`)).items, [])
  assert.equal((await neighbour.fetch('GET', `/portal/certificates/${number}/file`)).status, 404)
  const refused = await neighbour.fetch('POST', '/portal/bundles', { numbers: [number] })
  assert.deepEqual([refused.status, (await refused.json()).errors.map(({ field, code }) => `${field} ${code}`)], [422, ['numbers.0 not_known']])
  assert.deepEqual((await neighbour.get('/portal/changes?after=0')).items, [])
  assert.doesNotMatch(await (await neighbour.fetch('GET', '/portal/events?after=0&for_s=1')).text(), /BG/)
  const { id } = await county.post('/portal/bundles', { numbers: [number] })
  assert.equal((await neighbour.fetch('GET', fileOf(id))).status, 404)
  assert.deepEqual((await neighbour.get('/portal/downloads')).items, [])
})

test('filters narrow, pages follow each other', async () => {
  const of = async query => (await county.get(`/portal/certificates?${query}`)).items.length
  assert.equal(await of('product=%E4%BF%9D%E6%B9%BF'), 5)
  assert.equal(await of('verdict=fails'), 0)
  assert.equal(await of('business_kind=import'), 0)
  assert.equal(await of('from=2020-01-01&to=2020-12-31'), 0)
  assert.equal(await of(`q=${issued[2].number.toLowerCase()}`), 1)
  assert.deepEqual((await county.all('/portal/certificates')).map(({ number }) => number), issued.map(({ number }) => number).reverse())
  const { items, next } = await county.get('/portal/certificates?limit=3')
  assert.equal(items.length, 3)
  assert.equal((await county.get(`/portal/certificates?limit=3&after=${next}`)).items.length, 2)
})

test('an archive is whole for unzip, its files are those that were issued, its manifest is signed by the laboratory', async () => {
  const { id, bytes, certificates } = await county.post('/portal/bundles', { product: '保湿' })
  assert.equal(certificates, 5)
  const archive = await county.bytes(fileOf(id))
  assert.equal(archive.length, bytes)
  const folder = scene.lab.folder
  const file = join(folder, 'certificates.zip')
  writeFileSync(file, archive)
  assert.match(execFileSync('unzip', ['-t', file]).toString(), /No errors detected/)
  execFileSync('python3', ['-c', 'import sys, zipfile; assert zipfile.ZipFile(sys.argv[1]).testzip() is None', file])
  execFileSync('unzip', ['-q', '-o', file, '-d', join(folder, 'unpacked')])
  const at = name => join(folder, 'unpacked', name)
  const manifest = JSON.parse(readFileSync(at('manifest.json')))
  assert.deepEqual(manifest.certificates.map(({ number }) => number), issued.map(({ number }) => number))
  for (const { file: name, sha256, status } of manifest.certificates) {
    assert.equal(createHash('sha256').update(readFileSync(at(name))).digest('hex'), sha256)
    assert.equal(status, 'issued')
  }
  const verify = () => execFileSync('openssl', ['cms', '-verify', '-binary', '-inform', 'DER', '-in', at('manifest.p7s'), '-content', at('manifest.json'),
    '-CAfile', join(folder, 'keys/ca.pem'), '-purpose', 'any', '-out', '/dev/null'], { stdio: 'pipe' })
  verify()
  writeFileSync(at('manifest.json'), readFileSync(at('manifest.json'), 'utf8').replace('"issued"', '"Issued"'))
  assert.throws(verify)
})

test('a transfer that broke goes on where it broke, byte for byte, also when a certificate was withdrawn meanwhile', async () => {
  const { id, bytes } = await county.post('/portal/bundles', {})
  const whole = await county.bytes(fileOf(id))
  await scene.lab.instance.sql('owner', `UPDATE certificate SET status = 'withdrawn' WHERE number = '${issued[4].number}'`)
  for (const from of [0, 1, 29, 30, 1000, bytes >> 1, bytes - 23, bytes - 1]) {
    const rest = await part(id, `bytes=${from}-`)
    assert.deepEqual([rest.status, rest.range], [206, `bytes ${from}-${bytes - 1}/${bytes}`])
    assert.ok(rest.bytes.equals(whole.subarray(from)), `from ${from}`)
  }
  assert.ok((await part(id, 'bytes=100-199')).bytes.equals(whole.subarray(100, 200)))
  assert.ok((await part(id, 'bytes=-50')).bytes.equals(whole.subarray(-50)))
  const beyond = await part(id, `bytes=${bytes}-`)
  assert.deepEqual([beyond.status, beyond.range], [416, `bytes */${bytes}`])
  const tag = (await county.fetch('GET', fileOf(id), undefined, { range: 'bytes=0-0' })).headers.get('etag')
  assert.equal((await part(id, 'bytes=5-9', { 'if-range': tag })).status, 206)
  assert.equal((await part(id, 'bytes=5-9', { 'if-range': '"another"' })).status, 200)
  await scene.lab.instance.sql('owner', `UPDATE certificate SET status = 'issued' WHERE number = '${issued[4].number}'`)
})

test('who got what stands in the ledger: of the own organisation for regulators, of all for the laboratory', async () => {
  await county.bytes(`/portal/certificates/${issued[1].number}/file`)
  const [last] = (await county.get('/portal/downloads')).items
  assert.deepEqual([last.number, last.organisation, last.bundle], [issued[1].number, '990102监管局', null])
  const known = (await scene.analyst.get(`/portal/downloads?number=${issued[1].number}`)).items
  assert.ok(known.length >= 3 && known.every(({ number }) => number === issued[1].number))
  assert.deepEqual((await neighbour.get(`/portal/downloads?number=${issued[1].number}`)).items, [])
})

/** A connection that listens; events as [id, event, number]. */
async function listen(headers = {}, query = '') {
  const events = []
  const waiting = []
  const socket = await new Promise((opened, failed) => {
    const made = request(`${scene.lab.url}/api/v1/portal/events${query}`, { agent: false, headers: { cookie, ...headers } }, opened)
    made.once('error', failed)
    made.end()
  })
  let text = ''
  socket.on('error', () => {})
  socket.on('data', bytes => {
    text += bytes
    const blocks = text.split('\n\n')
    text = blocks.pop()
    for (const block of blocks) {
      const of = name => block.split('\n').find(line => line.startsWith(`${name}:`))?.slice(name.length + 1).trim()
      if (of('event')) events.push([Number(of('id')), of('event'), of('data') && JSON.parse(of('data')).certificate.number])
    }
    waiting.splice(0).forEach(wake => wake())
  })
  return {
    status: socket.statusCode,
    events,
    async until(count) {
      while (events.length < count) await new Promise(wake => waiting.push(wake))
      return events
    },
    close: () => socket.destroy()
  }
}

test('an event comes as soon as a certificate is issued, and who comes back with the last id misses nothing', async () => {
  const first = await listen()
  const [one] = await released(1)
  const [[id, event, number]] = await first.until(1)
  assert.deepEqual([event, number], ['issued', one.number])
  first.close()
  const missed = await released(2)
  const again = await listen({ 'last-event-id': String(id) })
  assert.deepEqual((await again.until(2)).map(([, kind, name]) => `${kind} ${name}`), missed.map(({ number: name }) => `issued ${name}`))
  again.close()
  const { items } = await county.get(`/portal/changes?after=${id}`)
  assert.deepEqual(items.map(({ sequence }) => sequence), again.events.map(([sequence]) => sequence))
})

test('no more may listen than there are places; the others are told to come later, and requests are answered all the while', async () => {
  const all = []
  for (;;) {
    const one = await listen({}, '?for_s=60')
    if (one.status === 503) break
    assert.equal(one.status, 200)
    all.push(one)
    assert.ok(all.length <= LISTENERS)
  }
  assert.ok(all.length >= LISTENERS - 4, `${all.length} besides those who left a moment ago`)
  const refused = await county.fetch('GET', '/portal/events')
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '2'])
  assert.equal((await county.get('/portal/certificates?limit=1')).items.length, 1)
  all.forEach(each => each.close())
  // Whoever is gone is found out when something is said to it.
  await released(1)
  for (let tries = 0; ; ++tries) {
    const one = await listen()
    one.close()
    if (one.status === 200) break
    assert.ok(tries < 100, 'the places come back')
    await new Promise(wake => setTimeout(wake, 300))
  }
})
