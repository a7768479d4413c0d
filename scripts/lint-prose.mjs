// node scripts/lint-prose.mjs
// Checks the language of Markdown files, of the OpenAPI document, of comments and test names, and of the texts in src.
// Exits with 1 if it finds a fault. The rules are in prose/rules.mjs.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { markdownFaults } from './prose/markdown.mjs';
import { proseFaults } from './prose/rules.mjs';
import { sourceFaults } from './prose/source.mjs';

const tracked = (...patterns) =>
  execFileSync('git', ['ls-files', ...patterns], { encoding: 'utf8' })
    .split('\n')
    .filter((path) => path !== '' && existsSync(path));

const SOURCES = tracked('src', 'test', 'scripts', 'bench').filter((path) => /\.(?:ts|mjs|js)$/.test(path));
/** The texts of the program are read by its users; those of tests and scripts contain any data. */
const isProgram = (path) => path.startsWith('src/') && !path.endsWith('.spec.ts');

const faults = [
  ...markdownFaults(tracked('*.md').filter((path) => !path.startsWith('bench/'))),
  ...openApiFaults('openapi.json'),
  ...SOURCES.flatMap((path) => sourceFaults(path, { literals: isProgram(path) })),
];
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;

/** Faults of all summaries and descriptions, each with its JSON path. */
function openApiFaults(path) {
  const found = [];
  const visit = (node, at) => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node))
      if ((key === 'summary' || key === 'description') && typeof value === 'string')
        found.push(
          ...proseFaults(value.replace(/`[^`]*`/g, 'CODE')).map((fault) => `${path}${at}/${key}: ${fault}`),
        );
      else visit(value, `${at}/${key}`);
  };
  visit(JSON.parse(readFileSync(path, 'utf8')), '');
  return found;
}
