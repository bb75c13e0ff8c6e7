// A reporter of node:test that says how many tests passed, failed and were skipped, and nothing else. Suites and files are
// no tests; a test that is marked as still to be done counts as failed.
export default async function * counts(source) {
  const count = { passed: 0, failed: 0, skipped: 0 }
  for await (const { type, data } of source) {
    if (type !== 'test:pass' && type !== 'test:fail') continue
    const file = data.nesting === 0 && data.name.endsWith('.mjs')
    if (data.details?.type === 'suite' || (file && type === 'test:pass')) continue
    if (data.skip !== undefined) count.skipped += 1
    else if (type === 'test:fail' || data.todo !== undefined) count.failed += 1
    else count.passed += 1
  }
  yield JSON.stringify(count)
}
