import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'

/** There whole or not at all, and only for its owner. */
export function writeSecret(file, text) {
  rmSync(`${file}.new`, { force: true })
  writeFileSync(`${file}.new`, text, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/** The wanted port of 127.0.0.1 when it is free, else another one that is. */
export async function freePort(wanted = 0) {
  const probe = port => new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ port, host: '127.0.0.1' }, () => {
      const taken = server.address().port
      server.close(() => resolve(taken))
    })
  })
  try {
    return await probe(wanted)
  } catch (error) {
    if (wanted === 0 || !['EADDRINUSE', 'EACCES'].includes(error.code)) throw error
    return probe(0)
  }
}

/** Sections of keys and values as an ini file. */
export function ini(sections) {
  return Object.entries(sections)
    .map(([name, keys]) => `[${name}]\n${Object.entries(keys).map(([key, value]) => `${key} = ${value}\n`).join('')}`)
    .join('\n')
}
