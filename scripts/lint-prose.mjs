// Checks the language of documentation: node scripts/lint-prose.mjs. Exits with 1 if it finds a fault.
import { execFileSync } from 'node:child_process';
import { markdownFaults } from './prose/markdown.mjs';

const tracked = (...patterns) =>
  execFileSync('git', ['ls-files', ...patterns], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean);

const faults = markdownFaults(tracked('*.md').filter((path) => !path.startsWith('bench/')));
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
