// One request for every operation of the document, good in a prepared scene (scene.mjs), by its operationId.
// as: who makes it. path: below /api/v1, with its query. body: its JSON, or the bytes of a file.
import { newMessage, newSample } from './scene.mjs'

export async function requests(scene) {
  const waiting = await scene.testsOf(scene.registered)
  const { number } = scene.certificate
  return {
    signIn: { as: 'anyone', path: '/sessions', body: { login: 'quality', password: scene.password('quality') } },
    currentSession: { as: 'technician', path: '/sessions/current' },
    overview: { as: 'analyst', path: '/overview' },
    listProducts: { as: 'analyst', path: '/products' },
    getProduct: { as: 'analyst', path: '/products/CREAM' },
    listSamples: { as: 'analyst', path: '/samples' },
    registerSamples: { as: 'technician', path: '/samples', body: { mode: 'all', request_key: 'contract-0001', rows: [newSample(), newSample({ edition: '化妆品安全技术规范(2015年版)' })] } },
    getSample: { as: 'analyst', path: `/samples/${scene.released}` },
    sampleTimeline: { as: 'analyst', path: `/samples/${scene.released}/timeline` },
    printLabels: { as: 'technician', path: `/labels?numbers=${scene.registered},${scene.released}` },
    listTests: { as: 'analyst', path: '/tests' },
    getTest: { as: 'analyst', path: `/tests/${(await scene.idsOf(scene.released))[0]}` },
    judgeResults: { as: 'technician', path: '/results/judgements', body: { rows: waiting.slice(0, 2).map(({ id }) => ({ test: id, value: '0.5' })) } },
    enterResults: { as: 'technician', path: '/results', body: { mode: 'all', rows: waiting.slice(0, 2).map(({ id, version }) => ({ test: id, version, value: '0.5', reason: '首次录入' })) } },
    submitTests: { as: 'analyst', path: '/reviews/submit', body: { tests: (await scene.idsOf(scene.resulted)).slice(0, 2) } },
    returnTests: { as: 'checker', path: '/reviews/return', body: { tests: (await scene.idsOf(scene.submitted)).slice(0, 2), reason: '数据有误' } },
    checkTests: { as: 'checker', path: '/reviews/check', body: { tests: (await scene.idsOf(scene.submitted)).slice(2, 4) } },
    releaseSamples: { as: 'signatory', path: '/reviews/release', body: { samples: [scene.checked], password: scene.password('signatory'), meaning: 'release', reason: '检验完成' } },
    listCertificates: { as: 'analyst', path: '/certificates' },
    getCertificate: { as: 'analyst', path: `/certificates/${number}` },
    getCertificateFile: { as: 'analyst', path: `/certificates/${number}/file` },
    listInstruments: { as: 'analyst', path: '/instruments' },
    makeCommands: { as: 'technician', path: '/instruments/ICPMS-1/commands', body: { kind: 'order', tests: scene.measured.slice(0, 2) } },
    listCommands: { as: 'analyst', path: '/instruments/ICPMS-1/commands' },
    cancelCommands: { as: 'technician', path: '/instruments/ICPMS-1/commands/cancel', body: { commands: [scene.command], reason: '不再需要' } },
    takeCommands: { as: 'gateway', path: '/intake/commands/take', body: { instruments: ['MASK-1', 'ICPMS-1'], wait_s: 0, lease_s: 60, limit: 20 } },
    reportOutcomes: { as: 'gateway', path: '/intake/commands/outcomes', body: { outcomes: [{ id: scene.command, state: 'sent', note: '' }] } },
    queryOrders: { as: 'gateway', path: '/intake/queries', body: { instrument: 'ICPMS-1', specimens: [scene.ordered, 'ALL'], limit: 5 } },
    bringMessages: { as: 'gateway', path: '/intake/messages', body: { messages: [newMessage(scene.registered), newMessage('NOSUCH2', { command: 1 })] } },
    listMessages: { as: 'analyst', path: '/intake/messages' },
    getMessage: { as: 'analyst', path: `/intake/messages/${scene.held.id}` },
    getMessageRaw: { as: 'analyst', path: `/intake/messages/${scene.held.id}/raw` },
    portalCertificates: { as: 'regulator', path: '/portal/certificates' },
    portalCertificateFile: { as: 'regulator', path: `/portal/certificates/${number}/file` },
    publicByNumber: { as: 'anyone', path: `/public/certificates?number=${number}` },
    publicByToken: { as: 'anyone', path: `/public/certificates/${scene.token}` },
    verifyFile: { as: 'anyone', path: '/public/verifications', body: scene.file },
    listUsers: { as: 'admin', path: '/users' },
    createUser: { as: 'admin', path: '/users', body: { login: 'new.person', name: '新人', password: 'long enough 1', roles: ['analyst', 'checker'], organisation: 'DEMO-LAB' } },
    unlockUser: { as: 'admin', path: '/users/analyst/unlock', body: { reason: '本人申请' } },
    listTrail: { as: 'quality', path: '/trail' },
    health: { as: 'anyone', path: '/health' },
    openapi: { as: 'anyone', path: '/openapi.yaml' },
    signOut: { as: 'regulator', path: '/sessions/current' }
  }
}
