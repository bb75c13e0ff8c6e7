// Whatever is wrong with a request, made from the document: a 4xx problem document that names the field, and nothing changes.
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { faults, operations, problem } from './support/document.mjs'
import { mutations, queryMutations, toJson } from './support/mutations.mjs'
import { requests } from './support/requests.mjs'
import { Scene } from './support/scene.mjs'

let scene
let good
let untouched
before(async () => {
  scene = await Scene.open()
  await scene.prepare()
  good = await requests(scene)
  untouched = await scene.digest()
})
after(() => scene?.close())

async function changesNothing() {
  const [before, now] = [untouched, await scene.digest()]
  untouched = now
  assert.equal(now, before, 'the tables hold what they held')
}

const send = (id, bytes, headers = {}) => {
  const { verb, path } = request(id)
  return scene[good[id].as].fetch(verb, path, bytes, { 'content-type': 'application/json', ...headers })
}
const request = id => ({ ...good[id], ...operations.find(operation => operation.id === id), path: good[id].path })

/** The problem document of a refusal; what differs from one is the text of an error. */
async function refused(response, what) {
  const text = await response.text()
  const says = `${what}: ${response.status} ${text.slice(0, 400)}`
  assert.ok(response.status >= 400 && response.status < 500, says)
  assert.equal(response.headers.get('content-type'), 'application/problem+json', says)
  const document = JSON.parse(text)
  assert.deepEqual(faults(problem, document), [], says)
  assert.equal(document.status, response.status, says)
  return document
}

const withJson = operations.filter(({ body }) => body?.type === 'application/json')

for (const { id, body } of withJson) {
  test(`${id}: every fault of a field is named, and changes nothing`, async () => {
    const missed = []
    let tried = 0
    for (const { field, what, body: wrong } of mutations(body.schema, good[id].body)) {
      tried += 1
      const about = `${field} ${what} ${toJson(wrong).slice(0, 300)}`
      const { errors = [] } = await refused(await send(id, Buffer.from(toJson(wrong))), about)
      if (!errors.some(error => error.field === field)) missed.push(`${about}: ${JSON.stringify(errors)}`)
    }
    assert.deepEqual(missed, [])
    assert.ok(tried >= 10, `${tried} faults tried`)
    await changesNothing()
  })

  test(`${id}: what is not JSON of the right form is refused whole`, async () => {
    const text = JSON.stringify(good[id].body)
    const [name] = Object.keys(good[id].body)
    const malformed = {
      empty: '', half: text.slice(0, -1), 'two values': `${text}${text}`, 'a NUL behind': `${text}\0`, 'single quotes': text.replaceAll('"', "'"),
      'a repeated key': text.replace('{', `{"${name}":1,`), 'a lone surrogate': text.replace(/:\s*"/, ':"\\ud800'), 'a lone low surrogate': text.replace(/:\s*"/, ':"\\udc00'),
      deep: `{"${name}":${'['.repeat(50_000)}`, 'deep and closed': `{"${name}":${'['.repeat(70)}${']'.repeat(70)}}`, NaN: `{"${name}":NaN}`,
      'a leading zero': `{"${name}":01}`, 'a trailing comma': text.replace(/}$/, ',}'), 'a raw line end': text.replace(/":"/, '":"\n'), 'a byte order mark': `\ufeff${text}`
    }
    // Bodies of some operations hold no text at all.
    for (const [what, wrong] of Object.entries(malformed).filter(([, wrong]) => wrong !== text)) {
      const document = await refused(await send(id, Buffer.from(wrong)), what)
      // A body of sessions is limited to less than the deepest of these.
      assert.ok(['malformed_json', 'body_too_large'].includes(document.code), `${what}: ${document.code}`)
    }
    for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe4, 0xb8]]) {
      const wrong = Buffer.concat([Buffer.from(`{"${name}":"`), Buffer.from(bytes), Buffer.from('"}')])
      assert.equal((await refused(await send(id, wrong), 'not UTF-8')).code, 'malformed_json')
    }
    for (const wrong of ['null', '[]', '7', '"text"', 'true']) {
      assert.deepEqual((await refused(await send(id, Buffer.from(wrong)), wrong)).errors.map(({ field }) => field), [''])
    }
    await changesNothing()
  })

  test(`${id}: another content type, too many bytes, parameters that it does not have`, async () => {
    const text = Buffer.from(JSON.stringify(good[id].body))
    for (const type of ['text/plain', 'application/xml', 'application/pdf', 'application/jsonx', '']) {
      assert.equal((await refused(await send(id, text, { 'content-type': type }), type)).code, 'wrong_content_type', type)
    }
    const { verb, path, as } = request(id)
    const { errors } = await refused(await scene[as].fetch(verb, `${path}?no_such_field=1`, text, { 'content-type': 'application/json' }), 'a parameter')
    assert.deepEqual(errors.map(({ field, code }) => [field, code]), [['no_such_field', 'unknown_field']])
    await changesNothing()
  })
}

test('a body that is too long is refused, by its length or as it comes', async () => {
  const long = Buffer.alloc((1 << 20) + 1, ' ')
  const path = '/api/v1/samples'
  const headers = { authorization: `Bearer ${scene.gateway.token}`, 'content-type': 'application/json' }
  assert.equal((await refused(await send('registerSamples', long), 'by length')).code, 'body_too_large')
  const pieces = new ReadableStream({ start(controller) { controller.enqueue(long); controller.close() } })
  const response = await fetch(`${scene.lab.url}${path}`, { method: 'POST', headers, body: pieces, duplex: 'half' })
  assert.equal((await refused(response, 'as it comes')).code, 'body_too_large')
  assert.match(await bare(`POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${headers.authorization}\r\nContent-Type: application/json\r\n\r\n`), /^HTTP\/1.1 411 /)
  await changesNothing()
})

/** The first bytes of what the server says to a request that fetch would not make; none when it only closes. */
function bare(text) {
  return new Promise((answered, failed) => {
    const socket = connect(scene.lab.ports.http, '127.0.0.1', () => socket.write(text, 'latin1'))
    socket.setTimeout(5_000, () => socket.destroy(new Error('no answer')))
    socket.once('error', failed)
    socket.once('close', () => answered(''))
    socket.once('data', bytes => {
      socket.destroy()
      answered(bytes.toString())
    })
  })
}

test('requests that are no HTTP, and headers without measure, end neither in a 5xx nor in a crash', async () => {
  const wrong = ['\0\0\0\0\r\n\r\n', '\xff\xfe /api/v1/health HTTP/1.1\r\n\r\n', 'GET\r\n\r\n', `GET /api/v1/health HTTP/1.1\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`, `GET /${'a'.repeat(100_000)} HTTP/1.1\r\n\r\n`]
  for (const text of wrong) {
    const said = await bare(text).catch(error => error.message)
    assert.doesNotMatch(said, /^HTTP\/1.1 5/, JSON.stringify(text.slice(0, 40)))
    assert.doesNotMatch(said, /\ufffd/, JSON.stringify(text.slice(0, 40)))
  }
  assert.equal((await scene.anyone.get('/health')).status, 'ok')
})

for (const { id, verb, parameters } of operations.filter(({ verb }) => verb === 'GET')) {
  const inQuery = parameters.filter(parameter => parameter.in === 'query')
  const inPath = parameters.filter(parameter => parameter.in === 'path')

  test(`${id}: every wrong parameter is named`, async () => {
    const { as, path } = good[id]
    const [bare] = path.split('?')
    for (const parameter of inQuery) {
      const right = inQuery.filter(other => other.required && other !== parameter).map(other => `${other.name}=1`)
      for (const [what, text] of queryMutations(parameter)) {
        const response = await scene[as].fetch(verb, `${bare}?${[...right, text].filter(Boolean).join('&')}`)
        const { errors } = await refused(response, `${what} ${text.slice(0, 80)}`)
        assert.ok(errors?.some(({ field }) => field === parameter.name), `${what} ${text.slice(0, 80)}: ${JSON.stringify(errors)}`)
      }
    }
    const { errors } = await refused(await scene[as].fetch(verb, `${path}${path.includes('?') ? '&' : '?'}no_such_field=1`), 'unknown')
    assert.deepEqual(errors.map(({ field, code }) => [field, code]), [['no_such_field', 'unknown_field']])
    await changesNothing()
  })

  for (const { name, schema } of inPath) {
    test(`${id}: a wrong ${name} in the path is not found`, async () => {
      const { as } = good[id]
      const pattern = operations.find(operation => operation.id === id).path
      const wrong = schema.type === 'integer'
        ? ['abc', '0', '-1', '1.5', '1e3', '99999999999999999999', '%201']
        : ['a'.repeat(schema.maxLength + 1), '%00', 'a%0ab', '%ff', '%ed%a0%80', "'%20or%201=1", '%25', '..%2f..', '%', '%zz']
      for (const text of wrong) {
        const response = await scene[as].fetch(verb, pattern.replace(`{${name}}`, text))
        assert.equal((await refused(response, text.slice(0, 60))).status, 404, text.slice(0, 60))
      }
      await changesNothing()
    })
  }
}

test('a name of a parameter that is no text is refused, and never said again', async () => {
  for (const name of ['%ff', '%00', '%0d%0a', '%zz', '%']) {
    const { errors } = await refused(await scene.analyst.fetch('GET', `/overview?${name}=1`), name)
    assert.deepEqual(errors.map(({ field }) => field), [''])
  }
})

test('sheets of labels: numbers that are empty, too many or unknown', async () => {
  for (const [numbers, status] of [[',', 422], [',,,', 422], [Array(241).fill('JP2026112200001').join(','), 422], ['JP2026112299999', 404]]) {
    assert.equal((await refused(await scene.technician.fetch('GET', `/labels?numbers=${numbers}`), numbers.slice(0, 40))).status, status)
  }
})
