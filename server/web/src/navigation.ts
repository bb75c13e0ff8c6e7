import type { Role } from './api/client'

const hands: Role[] = ['technician', 'analyst', 'checker', 'signatory', 'quality_manager', 'administrator']

/** Who is shown which page; the server decides again on each request. */
export const rights = {
  laboratory: hands,
  register: ['technician'],
  handle: ['technician', 'administrator'],
  enter: ['technician', 'analyst'],
  submit: ['analyst'],
  check: ['checker'],
  release: ['signatory'],
  decideLate: ['analyst', 'checker', 'signatory'],
  takeReviewed: ['checker', 'signatory'],
  commentControl: ['technician', 'analyst', 'checker', 'quality_manager'],
  propose: ['technician', 'analyst', 'checker', 'signatory', 'quality_manager'],
  reopen: ['checker', 'signatory', 'quality_manager'],
  checkAmendment: ['checker', 'quality_manager'],
  refuseAmendment: ['checker', 'signatory', 'quality_manager'],
  hold: ['quality_manager'],
  retention: ['technician', 'quality_manager', 'administrator'],
  keepSamples: ['technician', 'quality_manager'],
  approveDisposal: ['signatory', 'quality_manager'],
  writeLayouts: ['quality_manager', 'administrator'],
  decideLayouts: ['quality_manager', 'signatory', 'administrator'],
  portal: ['regulator'],
  outcomes: [...hands, 'regulator'],
  tellRisk: ['signatory', 'quality_manager'],
  people: ['administrator', 'organisation_administrator'],
  trail: ['quality_manager', 'administrator']
} satisfies Record<string, Role[]>

interface Place {
  name: string
  path: string
  roles?: Role[]
}

interface Group {
  name: string
  icon: string
  places: Place[]
}

export const groups: Group[] = [
  {
    name: 'samples',
    icon: 'sample',
    places: [
      { name: 'samples', path: '/samples', roles: rights.laboratory },
      { name: 'register', path: '/samples/register', roles: rights.register }
    ]
  },
  { name: 'testing', icon: 'flask', places: [{ name: 'results', path: '/results', roles: rights.laboratory }] },
  {
    name: 'reviewing',
    icon: 'check',
    places: [
      { name: 'review', path: '/review', roles: rights.check },
      { name: 'release', path: '/release', roles: rights.release }
    ]
  },
  {
    name: 'certificates',
    icon: 'document',
    places: [
      { name: 'certificates', path: '/certificates', roles: rights.laboratory },
      { name: 'notices', path: '/notices' },
      { name: 'retention', path: '/retention', roles: rights.retention },
      { name: 'disposals', path: '/disposals', roles: rights.laboratory },
      { name: 'layouts', path: '/layouts', roles: rights.laboratory },
      { name: 'verify', path: '/verify' }
    ]
  },
  {
    name: 'instruments',
    icon: 'instrument',
    places: [
      { name: 'messages', path: '/messages', roles: rights.laboratory },
      { name: 'late', path: '/late', roles: rights.laboratory },
      { name: 'instruments', path: '/instruments', roles: rights.laboratory },
      { name: 'gateways', path: '/gateways', roles: rights.laboratory }
    ]
  },
  { name: 'quality', icon: 'chart', places: [{ name: 'quality', path: '/quality', roles: rights.laboratory }] },
  {
    name: 'regulating',
    icon: 'shield',
    places: [
      { name: 'portal', path: '/portal', roles: rights.portal },
      { name: 'risks', path: '/risks', roles: rights.outcomes },
      { name: 'drafting', path: '/drafting', roles: rights.portal },
      { name: 'disclosures', path: '/disclosures' },
      { name: 'history', path: '/history', roles: rights.outcomes },
      { name: 'clusters', path: '/clusters', roles: rights.outcomes }
    ]
  },
  {
    name: 'administration',
    icon: 'people',
    places: [
      { name: 'users', path: '/users', roles: rights.people },
      { name: 'trail', path: '/trail', roles: rights.trail },
      { name: 'docs', path: '/docs' }
    ]
  }
]
