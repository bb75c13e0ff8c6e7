import type { Amendment, CertificateLife } from '@/api/client'

/** What a person may change in the head of a certificate, in the order in which it is printed. */
export const headFields = [
  'product_name', 'batch_no', 'specification', 'approval_no', 'maker', 'client', 'voucher_no', 'quantity', 'quantity_unit', 'produced_on', 'expires_on', 'sampled_on'
] as const
export type HeadField = (typeof headFields)[number]
export const dateFields: readonly string[] = ['produced_on', 'expires_on', 'sampled_on']
export const categories = ['result', 'information', 'procedure', 'authority', 'legal', 'other'] as const

/** The amendment of a certificate that is not ended yet. */
export function openAmendment(life: CertificateLife, number: string): Amendment | undefined {
  return life.amendments.find(one => one.certificate === number && (one.status === 'proposed' || one.status === 'checked'))
}

/** A hold on this very certificate; `life.held` is one on any of its sample. */
export function heldItself(life: CertificateLife, number: string): boolean {
  return life.holds.filter(one => one.certificate === number).at(-1)?.act === 'set'
}
