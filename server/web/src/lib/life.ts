import type { Amendment, CertificateLife } from '@/api/client'

/** What a person may change in the head of a certificate, in the order in which it is printed. */
export const headFields = [
  'product_name', 'batch_no', 'specification', 'approval_no', 'maker', 'client', 'voucher_no', 'quantity', 'quantity_unit', 'produced_on', 'expires_on', 'sampled_on',
  'import_country', 'import_port', 'import_contract_no', 'import_notice_no',
  'retest_number', 'retest_laboratory', 'retest_issued_on', 'retest_applicant', 'retest_asked_on'
] as const
export type HeadField = (typeof headFields)[number]
export type Head = Record<string, string | null | undefined>
export const dateFields: readonly string[] = ['produced_on', 'expires_on', 'sampled_on', 'retest_issued_on', 'retest_asked_on']

/** Those that a sample of this business kind has. */
export function headFieldsOf(business: string): HeadField[] {
  return headFields.filter(field => (!field.startsWith('import_') && !field.startsWith('retest_')) || field.startsWith(`${business}_`))
}

/** The head as it was frozen, where particulars stand in records of their own: `import.port` is `import_port`. */
export function flatHead(sample: Record<string, unknown>): Head {
  return Object.fromEntries(Object.entries(sample).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null ? Object.entries(value).map(([name, one]) => [`${key}_${name}`, one as string]) : [[key, value as string]]))
}

/** What was typed and is not what stands there. */
export function changesOf(head: Head, typed: Record<string, string>): { field: HeadField; new: string }[] {
  return headFieldsOf(head.business_kind ?? '').flatMap(field => {
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
