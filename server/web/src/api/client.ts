import createClient from 'openapi-fetch'
import { language } from '@/i18n'
import { Problem } from './problem'
import type { components, paths } from './schema'

type Schemas = components['schemas']
export type Session = Schemas['Session']
export type Role = Schemas['Role']
export type Overview = Schemas['Overview']
export type Product = Schemas['Product']
export type ProductDetail = Schemas['ProductDetail']
export type NewSample = Schemas['NewSample']
export type TestItem = Schemas['TestItem']
export type Registered = Schemas['Registered']
export type Sample = Schemas['Sample']
export type SampleDetail = Schemas['SampleDetail']
export type Test = Schemas['Test']
export type TestDetail = Schemas['TestDetail']
export type Certificate = Schemas['Certificate']
export type CertificateDetail = Schemas['CertificateDetail']
export type Release = Schemas['Release']
export type ReleaseRow = Schemas['ReleaseRow']
export type LayoutSummary = Schemas['LayoutSummary']
export type LayoutUse = Schemas['LayoutUse']
export type LayoutDetail = Schemas['LayoutDetail']
export type Instrument = Schemas['Instrument']
export type Command = Schemas['Command']
export type Gateway = Schemas['Gateway']
export type GatewayConfiguration = Schemas['GatewayConfiguration']
export type Token = Schemas['Token']
export type Message = Schemas['Message']
export type MessageDetail = Schemas['MessageDetail']
export type Observation = Schemas['Observation']
export type Outline = Schemas['Outline']
export type OutlineLine = Schemas['OutlineLine']
export type Replayed = Schemas['Replayed']
export type InstrumentDetail = Schemas['InstrumentDetail']
export type MappingPreview = Schemas['MappingPreview']
export type Series = Schemas['Series']
export type Late = Schemas['Late']
export type ControlChart = Schemas['ControlChart']
export type ControlPoint = Schemas['ControlPoint']
export type CertificateLife = Schemas['CertificateLife']
export type Amendment = Schemas['Amendment']
export type AmendmentProposal = Schemas['AmendmentProposal']
export type WithdrawalRequest = Schemas['WithdrawalRequest']
export type Notice = Schemas['Notice']
export type RetentionList = Schemas['RetentionList']
export type Bundle = Schemas['Bundle']
export type NewBundle = Schemas['NewBundle']
export type Change = Schemas['Change']
export type Download = Schemas['Download']
export type PublicStatus = Schemas['PublicStatus']
export type PublicCertificate = Schemas['PublicCertificate']
export type FileVerification = Schemas['FileVerification']
export type User = Schemas['User']
export type MachineToken = Schemas['MachineToken']
export type ClientCertificate = Schemas['ClientCertificate']
export type Scope = Schemas['Scope']
export type TrailEntry = Schemas['TrailEntry']
export type Disposal = Schemas['Disposal']
export type DisposalAct = Schemas['DisposalAct']
export type Signature = Schemas['Signature']
export type Risk = Schemas['Risk']
export type Recipient = Schemas['Recipient']
export type Candidate = Schemas['Candidate']
export type Disclosure = Schemas['Disclosure']
export type DisclosureDetail = Schemas['DisclosureDetail']
export type DisclosureRow = Schemas['DisclosureRow']
export type PublicDisclosure = Schemas['PublicDisclosure']
export type PublicDisclosureDetail = Schemas['PublicDisclosureDetail']
export type FailingItem = Schemas['FailingItem']
export type History = Schemas['History']
export type HistoryEntry = Schemas['HistoryEntry']
export type Cluster = Schemas['Cluster']
export type Subscription = Schemas['Subscription']
export type SubscriptionFilter = Schemas['SubscriptionFilter']
export type SubscriptionLink = Schemas['SubscriptionLink']

const base = '/api/v1'

function headersFor(method: string): Record<string, string> {
  const changes = method !== 'GET' && method !== 'HEAD'
  return { 'Accept-Language': language(), ...(changes ? { 'X-Touchstone': '1' } : {}) }
}

export const api = createClient<paths>({ baseUrl: base })
api.use({
  onRequest({ request }) {
    for (const [name, value] of Object.entries(headersFor(request.method))) request.headers.set(name, value)
    return request
  }
})

let onSignedOut: () => void = () => {}
export function whenSignedOut(act: () => void): void {
  onSignedOut = act
}

function refuse(status: number, body: unknown): never {
  const problem = Problem.of(status, body)
  if (problem.code === 'not_signed_in') onSignedOut()
  throw problem
}

/** The data of an answer; a refusal or a missing answer is thrown as a Problem. */
export async function take<T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await answer.catch((failure: unknown) => {
    throw Problem.from(failure)
  })
  if (!response.ok) refuse(response.status, error)
  return data as T
}

export function address(path: string): string {
  return base + path
}

/** A file of the API, as bytes. */
export async function file(path: string): Promise<Uint8Array> {
  const response = await fetch(address(path), { headers: headersFor('GET') }).catch((failure: unknown) => {
    throw Problem.from(failure)
  })
  if (!response.ok) refuse(response.status, await response.json().catch(() => null))
  return new Uint8Array(await response.arrayBuffer())
}

export function labelsAddress(numbers: string[]): string {
  return address(`/labels?numbers=${encodeURIComponent(numbers.join(','))}`)
}
