// How long clusters and histories take over many invented certificates, beside the same counts by a scan of every item:
// node tests/bench/clusters.mjs [CERTIFICATES]
// The rows are made by SQL as the follower of publications would have made them: 36 months, 200 makers, 30 counties, eight
// items a certificate of which one in fifty fails, and one maker of which one in five does.
import { setTimeout as pause } from 'node:timers/promises'
import { startInstance } from '../support/instance.mjs'

const CERTIFICATES = Number(process.argv[2] ?? 100_000)
const RUNS = 21

const numbers = `WITH RECURSIVE digit AS (SELECT 0 AS d UNION ALL SELECT d + 1 FROM digit WHERE d < 9),
  n AS (SELECT a.d + 10*b.d + 100*c.d + 1000*e.d + 10000*f.d + 100000*g.d AS i FROM digit a, digit b, digit c, digit e, digit f, digit g)`
const invented = `
SET FOREIGN_KEY_CHECKS = 0; SET sql_log_bin = 0;
INSERT INTO certificate (id, number, sample_id, revision, status, token, verdict, signature_id, released_at, issued_at, frozen)
  ${numbers} SELECT i + 1, CONCAT('X', i), 1, i + 1, 'issued', LPAD(i, 22, 'x'), 'conforms', 1, '2026-01-01', '2026-01-01', '{}' FROM n WHERE i < ${CERTIFICATES};
INSERT INTO outcome (certificate_id, number, sample, laboratory, product_code, product_name, product_kind, specification, batch_no, maker,
  approval_no, client, business_kind, region_code, edition, sampled_on, issued_on, verdict)
  ${numbers} SELECT i + 1, CONCAT('X', i), CONCAT('S', i), '示例院', CONCAT('P', i % 40), CONCAT('示例产品', i % 40), 'drug', '', CONCAT('B', i DIV 3),
  CONCAT('示例第', (i DIV 3) % 200, '厂'), '', '', 'supervision', CONCAT('9901', LPAD(i % 30, 2, '0')), '', CURDATE(), CURDATE() - INTERVAL (i * 7919 % 1060) DAY,
  'conforms' FROM n WHERE i < ${CERTIFICATES};
INSERT INTO outcome_item (certificate_id, seq, analyte_id, item, requirement, value, unit, verdict)
  ${numbers} SELECT o.certificate_id, i, (o.certificate_id + i) % 18 + 1, '项目', '应符合规定', '1.0', '%',
  IF(RAND(7) < IF(o.maker = '示例第77厂' AND i = 1, 0.2, 0.02), 'fails', 'conforms') FROM outcome o JOIN n WHERE i BETWEEN 1 AND 8;
UPDATE outcome o SET verdict = 'fails' WHERE EXISTS (SELECT 1 FROM outcome_item i WHERE i.certificate_id = o.certificate_id AND i.verdict = 'fails');
INSERT INTO outcome_tally (region, month, analyte_id, maker, tested, failing)
  SELECT LEFT(o.region_code, l.n), DATE_FORMAT(o.issued_on, '%Y-%m-01'), i.analyte_id, o.maker, COUNT(*), SUM(i.verdict = 'fails')
  FROM outcome o JOIN outcome_item i ON i.certificate_id = o.certificate_id JOIN (SELECT 0 AS n UNION SELECT 2 UNION SELECT 4 UNION SELECT 6) l GROUP BY 1, 2, 3, 4;
ANALYZE TABLE outcome, outcome_item, outcome_tally, certificate;`
const scan = `SELECT o.maker, i.analyte_id, COUNT(*), SUM(i.verdict = 'fails') FROM outcome o JOIN outcome_item i ON i.certificate_id = o.certificate_id
  WHERE o.standing AND o.region_code LIKE '9901%' AND o.issued_on >= DATE_FORMAT(CURDATE() - INTERVAL 11 MONTH, '%Y-%m-01') GROUP BY o.maker, i.analyte_id;`

async function timed(act) {
  const times = []
  for (let i = 0; i < RUNS; i++) {
    const start = performance.now()
    await act()
    times.push(performance.now() - start)
  }
  times.sort((a, b) => a - b)
  return { median: times[RUNS >> 1], worst: times.at(-1) }
}

const lab = await startInstance()
try {
  await lab.instance.sql('owner', invented)
  await pause(1000)
  const regulator = await lab.login('regulator')
  const maker = encodeURIComponent('示例第77厂')
  const asked = {
    'clusters by maker, 12 months': '/clusters?by=maker',
    'clusters by batch, 12 months': '/clusters?by=batch',
    'clusters by analyte, 12 months': '/clusters?by=analyte',
    'clusters by maker, 36 months': '/clusters?by=maker&months=36',
    'history of a maker': `/histories?maker=${maker}`,
    'search for a maker': '/histories/subjects?q=77',
    'candidates for a disclosure': '/disclosures/candidates?verdict=fails',
    'an empty SELECT through the client': null
  }
  const [first] = (await regulator.get('/clusters')).items
  console.log(`${CERTIFICATES} certificates, ${8 * CERTIFICATES} items; ranked first: ${first.maker} ${first.failing}/${first.tested}, others ${first.others_failing}/${first.others_tested}, chance ${first.tail}`)
  for (const [name, path] of Object.entries(asked)) {
    const { median, worst } = await timed(() => (path ? regulator.get(path) : lab.instance.sql('owner', 'SELECT 1;')))
    console.log(`${name}: median ${median.toFixed(1)} ms, worst of ${RUNS} ${worst.toFixed(1)} ms`)
  }
  const whole = await timed(() => lab.instance.sql('owner', scan))
  console.log(`the first by a scan of every item, SQL alone: median ${whole.median.toFixed(1)} ms, worst of ${RUNS} ${whole.worst.toFixed(1)} ms`)
} finally {
  await lab.stop()
}
