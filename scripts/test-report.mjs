/**
 * Reads vitest's JSON report for `.ci/run`: prints "PASSED FAILED", then a line for each failed test with the beginning of
 * what it said. A file that failed without a failed test (it did not load, a hook threw) counts as one.
 */
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));

const failures = report.testResults.flatMap(({ name, status, message, assertionResults }) => {
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (failed.length > 0) return failed.map((test) => line(name, test.fullName, test.failureMessages[0]));
  return status === 'failed' ? [line(name, 'the file itself', message)] : [];
});
if (failures.length === 0 && !report.success)
  failures.push('the run did not succeed, although no test failed');

console.log(report.numPassedTests, failures.length);
for (const failure of failures) console.log(failure);

/** `test/x.e2e.ts > the test: what it said`, on one line. */
function line(path, test, said) {
  const place = path.replace(`${process.cwd()}/`, '');
  return `${place} > ${test}: ${(said ?? '').split('\n').slice(0, 3).join(' | ').slice(0, 400)}`;
}
