// Plays the instruments: fills their messages and sends them the way real ones do.
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { program, ROOT, run } from './instance.mjs'

/** samples: [{ barcode, values }]. {{NAME}} is a value; what stands between {{#SAMPLES}} and {{/SAMPLES}} comes once a sample. */
export function message(template, samples) {
  const iso = new Date().toISOString()
  const common = { ID: randomBytes(8).toString('hex'), TIME: iso.replace(/\D/g, '').slice(0, 14), ISO: `${iso.slice(0, 19)}Z` }
  const fill = (text, values) => text.replace(/\{\{([^#/}]+)\}\}/g, (whole, name) => {
    if (values[name] === undefined) throw new Error(`${template}: nothing is given for ${whole}`)
    return values[name]
  })
  const text = readFileSync(join(ROOT, 'deploy/demo', template), 'utf8')
  const [, before, each, after] = /^(.*)\{\{#SAMPLES\}\}(.*)\{\{\/SAMPLES\}\}(.*)$/s.exec(text)
  const rows = samples.map(({ barcode, values }, index) => fill(each, { ...common, ...values, BARCODE: barcode, N: index + 1 }))
  return fill(before, common) + rows.join('') + fill(after, common)
}

/** Over TCP, frame by frame (`astm`) or block by block (`mllp`); throws unless everything was acknowledged. */
export async function send(instance, protocol, code, text) {
  const file = instance.path('sent', `${code}-${randomBytes(4).toString('hex')}`)
  mkdirSync(instance.path('sent'), { recursive: true })
  writeFileSync(file, records(text))
  const { out } = await run([program('touchstone-simulate'), protocol, '--to', `127.0.0.1:${instance.ports[code]}`, file])
  const said = out.trim().split('\n').map(line => JSON.parse(line))
  if (said.length !== 1 || !said[0].acknowledged) throw new Error(`${code} was not acknowledged: ${out}`)
}

/** Into the watched folder, there whole or not at all. */
export function drop(instance, text) {
  const name = `export-${Date.now()}.csv`
  const draft = join(instance.dropFolder, `.${name}`)
  writeFileSync(draft, text)
  renameSync(draft, join(instance.dropFolder, name))
  return text
}

/** Records and segments end with CR. */
export function records(text) {
  return text.trimEnd().replace(/\n/g, '\r') + '\r'
}
