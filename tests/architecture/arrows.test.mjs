// The arrows of the house: who may include whom. They are read from the #include lines.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sources, tracked } from './project.mjs'

const GROUND = ['core', 'db', 'http', 'audit']

// Besides itself and the ground floor.
const FEATURES = {
  people: [],
  catalogue: ['people'],
  samples: ['catalogue', 'people'],
  testing: ['catalogue', 'people', 'samples'],
  quality: ['catalogue', 'people', 'samples', 'testing'],
  intake: ['catalogue', 'people', 'samples', 'testing', 'quality'],
  gateways: [],
  certificates: ['catalogue', 'people', 'samples', 'testing'],
  regulators: ['catalogue', 'people', 'samples', 'testing', 'certificates'],
  overview: ['catalogue', 'people', 'samples', 'testing', 'certificates', 'intake']
}

const MAY_USE = {
  core: ['core'],
  db: ['core', 'db'],
  http: ['core', 'http'],
  audit: GROUND,
  ...Object.fromEntries(Object.entries(FEATURES).map(([feature, others]) => [feature, [feature, ...GROUND, ...others]]))
}

const includes = sources(/^(server|instruments|reports)\/.*\.(h|cpp)$/).flatMap(({ file, text }) =>
  [...text.matchAll(/^#include\s+["<]([^">]+)[">]/gm)].map(([, target]) => ({ file, target })))
const own = includes.filter(({ target }) => /^(server|instruments|reports)\//.test(target))
const house = path => path.split('/')[0]
const area = path => /^server\/([a-z]+)\//.exec(path)?.[1]
const said = found => found.map(({ file, target }) => `${file} includes ${target}`)
const isRoutes = path => /(Routes|Pages)\.(h|cpp)$/.test(path)
const isService = path => /(Service|Accounts)\.(h|cpp)$/.test(path)
const isStore = path => /Store\.(h|cpp)$/.test(path)

test('what is included from the project is there', () => {
  const files = new Set(tracked())
  assert.deepEqual(said(own.filter(({ target }) => !files.has(target))), [])
})

test('every folder of the server is known to this test', () => {
  const folders = new Set(own.map(({ file }) => area(file)).filter(Boolean))
  assert.ok(folders.size > 0)
  assert.deepEqual([...folders].filter(folder => !MAY_USE[folder]), [])
})

test('between folders of the server arrows go only where the design draws them', () => {
  const wrong = own.filter(({ file, target }) => area(file) && area(target) && !MAY_USE[area(file)]?.includes(area(target)))
  assert.deepEqual(said(wrong), [])
})

test('a folder of the server includes nothing of what stands above it', () => {
  assert.deepEqual(said(own.filter(({ file, target }) => area(file) && house(target) === 'server' && !area(target))), [])
})

test('instruments and reports know nothing of the server, nor of each other but the one way to read XML', () => {
  const xml = ({ file, target }) => house(file) === 'reports' && target === 'instruments/formats/Xml.h'
  assert.deepEqual(said(own.filter(one => house(one.file) !== 'server' && house(one.file) !== house(one.target) && !xml(one))), [])
})

test('only samples, certificates and regulators use reports, only intake, gateways and overview use instruments, and catalogue and certificates their XML', () => {
  const allowed = { reports: ['samples', 'certificates', 'regulators'], instruments: ['intake', 'gateways', 'overview', 'catalogue', 'certificates'] }
  const wrong = own.filter(({ file, target }) => area(file) && allowed[house(target)] && !allowed[house(target)].includes(area(file)))
  assert.deepEqual(said(wrong), [])
})

test('nobody includes routes but what stands above the folders and other routes', () => {
  assert.deepEqual(said(own.filter(({ file, target }) => area(file) && isRoutes(target) && !isRoutes(file))), [])
})

test('stores and rules do not include services, services do not include HTTP', () => {
  const upwards = own.filter(({ file, target }) => isStore(file) && isService(target))
  const http = own.filter(({ file, target }) => FEATURES[area(file)] && area(target) === 'http' && !isRoutes(file))
  assert.deepEqual(said([...upwards, ...http]), [])
})

test('below the server, only http speaks to the network', () => {
  assert.deepEqual(said(includes.filter(({ file, target }) => area(file) && area(file) !== 'http' && target.startsWith('Poco/Net/'))), [])
})

test('only db includes the database connector', () => {
  assert.deepEqual(said(includes.filter(({ file, target }) => /cppconn|mysql/.test(target) && area(file) !== 'db')), [])
})

// Stores by another name: one counter and one view of tests that both samples and testing show. The benches compare with
// bare statements, which no store has.
const ALSO_STORES = ['server/samples/Numbering.cpp', 'server/samples/TestView.cpp', 'server/BenchIntake.cpp', 'server/BenchPortal.cpp']

test('SQL stands only in stores, in db, and in audit, which is the store of the trail', () => {
  const statement = /"[^"\n]*\b(SELECT\s+\S+.*|INSERT (IGNORE )?INTO\s|UPDATE \w+ SET\s|DELETE FROM\s|REPLACE INTO\s)/
  const raw = /R"(\w*)\(\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b/
  const wrong = sources(/^server\/.*\.(h|cpp)$/)
    .filter(({ file }) => !isStore(file) && !ALSO_STORES.includes(file) && !['db', 'audit'].includes(area(file)))
    .filter(({ text }) => statement.test(text) || raw.test(text))
    .map(({ file }) => file)
  assert.deepEqual(wrong, [])
})
