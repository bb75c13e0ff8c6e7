// The accounts of a demonstration: people go by their role. `double` holds three roles, to show that they do not help.
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { writeSecret } from './files.mjs'

export const LABORATORY = 'DEMO-LAB'
export const REGULATOR = 'DEMO-CITY'

const PEOPLE = [
  ['technician', '收样员甲', 'Technician A', ['technician']],
  ['analyst', '检验员甲', 'Analyst A', ['analyst']],
  ['checker', '校核员甲', 'Checker A', ['checker']],
  ['signatory', '授权签字人甲', 'Authorised Signatory A', ['signatory']],
  ['quality', '质量负责人甲', 'Quality Manager A', ['quality_manager']],
  ['admin', '系统管理员甲', 'Administrator A', ['administrator']],
  ['regulator', '监管人员甲', 'Regulator A', ['regulator'], REGULATOR],
  ['approver', '监管人员乙', 'Regulator B', ['regulator'], REGULATOR],
  ['double', '检验员丁', 'Analyst D', ['analyst', 'checker', 'signatory']]
]

/** Those of the file, which is made with fresh passwords when it is not there. */
export function demoAccounts(file) {
  if (!existsSync(file)) {
    const accounts = PEOPLE.map(([login, name, nameEnglish, roles, organisation = LABORATORY]) =>
      ({ login, name, nameEnglish, roles, organisation, password: randomBytes(12).toString('base64url') }))
    writeSecret(file, JSON.stringify(accounts, null, 2) + '\n')
  }
  return JSON.parse(readFileSync(file, 'utf8'))
}
