import type { Amendment, CertificateLife } from '@/api/client'

/** What a person may change in the head of a certificate, in the order in which it is printed. */
export const headFields = [
  'product_name', 'batch_no', 'specification', 'approval_no', 'maker', 'client', 'voucher_no', 'quantity', 'quantity_unit', 'produced_on', 'expires_on', 'sampled_on',
  'import_country', 'import_port', 'import_contract_no', 'import_notice_no',
  'retest_number', 'retest_laboratory', 'retest_issued_on', 'retest_applicant', 'retest_asked_on',
  'language', 'product_name_en', 'specification_en', 'maker_en', 'approval_no_en', 'client_en', 'quantity_unit_en',
  'import_country_en', 'import_port_en', 'retest_laboratory_en', 'retest_applicant_en'
] as const
export type HeadField = (typeof headFields)[number]
export type Head = Record<string, string | null | undefined>
export const dateFields: readonly string[] = ['produced_on', 'expires_on', 'sampled_on', 'retest_issued_on', 'retest_asked_on']

/** Those that a sample of this business kind has, and whose certificate is in this language. */
export function headFieldsOf(business: string, language: string): HeadField[] {
  const ofBusiness = headFields.filter(field => (!field.startsWith('import_') && !field.startsWith('retest_')) || field.startsWith(`${business}_`))
  return ofBusiness.filter(field => language === 'en' || !field.endsWith('_en'))
}

/** The language that the certificate is to have. */
export const languageOf = (head: Head, typed: Record<string, string>): string => typed.language || head.language || 'zh'

/** The head as it was frozen, where particulars stand in records of their own: `import.port` is `import_port`. */
export function flatHead(sample: Record<string, unknown>): Head {
  const flat = (record: object, prefix: string): [string, string][] => Object.entries(record).flatMap(([key, value]) => {
    if (key === 'english') return Object.entries(value as object).map(([name, one]): [string, string] => [`${prefix}${name}_en`, one as string])
    return typeof value === 'object' && value !== null ? flat(value as object, `${prefix}${key}_`) : [[`${prefix}${key}`, value as string]]
  })
  return Object.fromEntries(flat(sample, ''))
}

/** What was typed and is not what stands there. */
export function changesOf(head: Head, typed: Record<string, string>): { field: HeadField; new: string }[] {
  return headFieldsOf(head.business_kind ?? '', languageOf(head, typed)).flatMap(field => {
    const said = (typed[field] ?? '').trim()
    return said && said !== (head[field] ?? '') ? [{ field, new: said }] : []
  })
}
export const categories = ['result', 'information', 'procedure', 'authority', 'legal', 'other'] as const

/** The amendment of a certificate that is not ended yet. */
export function openAmendment(life: CertificateLife, number: string): Amendment | undefined {
  return life.amendments.find(one => one.certificate === number && (one.status === 'proposed' || one.status === 'checked'))
}

/** A hold on this very certificate; `life.held` is one on any of its sample. */
export function heldItself(life: CertificateLife, number: string): boolean {
  return life.holds.filter(one => one.certificate === number).at(-1)?.act === 'set'
}
