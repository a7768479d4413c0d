import { lint } from 'markdownlint/sync';
import { proseFaults } from './rules.mjs';

const BLOCKS = new Set(['paragraph', 'atxHeadingText', 'tableHeader', 'tableData']);

/** A rule of markdownlint that applies proseFaults to each paragraph, heading and table cell. */
const plainEnglish = {
  names: ['plain-english'],
  description: 'Plain English (scripts/prose/rules.mjs)',
  tags: ['prose'],
  parser: 'micromark',
  function({ parsers }, onError) {
    visit(parsers.micromark.tokens, (block) => {
      for (const detail of proseFaults(proseOf(block))) onError({ lineNumber: block.startLine, detail });
    });
  },
};

const config = {
  default: true,
  'line-length': false,
  'table-column-style': false,
  'fenced-code-language': false,
  'no-inline-html': false,
  'no-duplicate-heading': { siblings_only: true },
};

/** Faults of Markdown files, as `path:line: message`. */
export function markdownFaults(files) {
  const results = lint({ files, config, customRules: [plainEnglish] });
  return Object.entries(results).flatMap(([file, faults]) =>
    faults.map(
      ({ lineNumber, ruleNames, ruleDescription, errorDetail }) =>
        `${file}:${lineNumber}: ${ruleNames[0]}: ${errorDetail ?? ruleDescription}`,
    ),
  );
}

function visit(tokens, report) {
  for (const token of tokens) {
    if (BLOCKS.has(token.type)) report(token);
    else visit(token.children, report);
  }
}

/** The text of a block: a code span or an address becomes one word. */
function proseOf({ type, text, children }) {
  if (type === 'codeText' || type === 'resource' || type === 'autolink')
    return type === 'codeText' ? 'CODE' : '';
  if (type === 'lineEnding') return ' ';
  return children.length === 0 ? text : children.map(proseOf).join('');
}
