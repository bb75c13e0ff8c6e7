// Mails leave over TLS that was checked, or not at all.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { startInstance } from '../support/instance.mjs'
import { MailServer, ownCertificate } from '../support/smtp.mjs'

const account = { user: 'touchstone', password: 'a secret' }
let folder
let tls
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'touchstone-mail-'))
  tls = ownCertificate()
  writeFileSync(join(folder, 'roots.pem'), tls.cert)
  writeFileSync(join(folder, 'password'), account.password)
})
after(() => rmSync(folder, { recursive: true, force: true }))

/** Does it with a server that hands its mails over so, and a mail that waits. */
async function sending(post, given, act) {
  await post.listen()
  let lab
  try {
    lab = await startInstance({ mail: { host: '127.0.0.1', port: post.port, user: account.user, password_file: join(folder, 'password'), from: 'lims@example.cn',
      timeout_seconds: 2, retry_seconds: 1, ...given } })
    await (await lab.login('regulator')).post('/portal/subscriptions', { address: 'duty@example.cn' })
    await act(lab)
  } finally {
    await lab?.stop()
    await post.close()
  }
}

/** It was tried, and neither mail nor account were shown. */
async function keepsSilent(post, given) {
  const said = []
  post.answer = ({ verb }) => void said.push(verb)
  await sending(post, given, async () => {
    for (const end = Date.now() + 10_000; post.connections < 2;) {
      assert.ok(Date.now() < end, 'it is tried again')
      await pause(50)
    }
  })
  assert.deepEqual(said.filter(verb => !['CONNECT', 'EHLO', 'STARTTLS', 'QUIT'].includes(verb)), [])
}

test('TLS from the start, by the authority of the settings', async () => {
  const post = new MailServer({ tls, implicit: true, account })
  await sending(post, { security: 'tls', roots: join(folder, 'roots.pem') }, () => post.received(1))
})

test('a certificate that no authority vouches for is refused, from the start and with STARTTLS', async () => {
  await keepsSilent(new MailServer({ tls, implicit: true, account }), { security: 'tls' })
  await keepsSilent(new MailServer({ tls, account }), { security: 'starttls' })
})

test('a server that does not offer STARTTLS gets nothing', async () => {
  await keepsSilent(new MailServer({ account }), { security: 'starttls', roots: join(folder, 'roots.pem') })
})

test('a password is never configured to go without TLS, and an address must be one', async () => {
  for (const [given, key] of [[{ security: 'plain' }, 'mail.user'], [{ from: 'nobody' }, 'mail.from'], [{ security: 'ssl' }, 'mail.security']]) {
    await assert.rejects(sending(new MailServer(), given, () => {}), error => error.message.includes(key))
  }
})
