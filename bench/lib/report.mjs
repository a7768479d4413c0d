/** The results as Markdown. */

/**
 * @param results {machine, settings, commands, parts: [{title, tables?, verdicts?, skipped?, failed?}]}
 */
export function renderReport({ machine, settings, commands, parts }) {
  const verdicts = parts.flatMap((part) => part.verdicts ?? []);
  const sections = [
    '# Benchmark results',
    'Made by `npm run bench`: one run, one machine. All subjects of a part run at the same time and are measured in turn ' +
      `(A B A B …, ${settings.rounds} rounds of ${settings.seconds} s after one to warm up); figures are medians over the rounds, ` +
      'ratios the medians of the ratios within each round.',
    table(
      ['machine', ''],
      Object.entries(machine).map(([name, value]) => [LABELS[name] ?? name, String(value)]),
    ),
    '## Targets',
    table(
      ['', 'measured', 'target', ''],
      verdicts.map(({ what, value, target, reached }) => [what, value, target, word(reached)]),
    ),
    ...parts.flatMap(section),
    '## Commands',
    `\`\`\`\n${commands.join('\n')}\n\`\`\``,
  ];
  return `${sections.join('\n\n')}\n`;
}

const LABELS = {
  cpu: 'processor',
  memoryGiB: 'memory, GiB',
  node: 'Node.js',
  load: 'load from',
  loadBefore: 'load average at the start',
};

const word = (reached) => (reached === undefined ? 'not measured' : reached ? 'reached' : '**not reached**');

function section({ title, tables = [], skipped, failed }) {
  const head = [`## ${title}`];
  if (skipped) return [...head, `Skipped: ${skipped}.`];
  if (failed) return [...head, `Failed: ${failed}`];
  return [
    ...head,
    ...tables.flatMap((each) => [
      each.title[0].toUpperCase() + each.title.slice(1),
      table(each.columns, each.rows),
    ]),
  ];
}

function table(columns, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_, i) => (i === 0 ? '---' : '--:'));
  return [line(columns), line(rule), ...rows.map(line)].join('\n');
}
