// The accounts of a demonstration: people go by their role. `double` holds three roles, to show that they do not help.
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { writeSecret } from './files.mjs'

export const LABORATORY = 'DEMO-LAB'
export const REGULATOR = 'DEMO-CITY'

const PEOPLE = [
  ['technician', '收样员甲', ['technician']],
  ['analyst', '检验员甲', ['analyst']],
  ['checker', '校核员甲', ['checker']],
  ['signatory', '授权签字人甲', ['signatory']],
  ['quality', '质量负责人甲', ['quality_manager']],
  ['admin', '系统管理员甲', ['administrator']],
  ['regulator', '监管人员甲', ['regulator'], REGULATOR],
  ['approver', '监管人员乙', ['regulator'], REGULATOR],
  ['double', '检验员丁', ['analyst', 'checker', 'signatory']]
]

/** Those of the file, which is made with fresh passwords when it is not there. */
export function demoAccounts(file) {
  if (!existsSync(file)) {
    const accounts = PEOPLE.map(([login, name, roles, organisation = LABORATORY]) =>
      ({ login, name, roles, organisation, password: randomBytes(12).toString('base64url') }))
    writeSecret(file, JSON.stringify(accounts, null, 2) + '\n')
  }
  return JSON.parse(readFileSync(file, 'utf8'))
}
