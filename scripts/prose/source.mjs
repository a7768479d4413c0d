import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { commentsOf } from './comments.mjs';
import { phraseFaults } from './rules.mjs';

const TEST_FUNCTIONS = new Set(['describe', 'it', 'test']);

/**
 * Phrases to avoid in a source file, as `path:line: message`: in comments, in the names of tests and, unless the file is
 * a test, in all string literals (errors, log lines, help, descriptions).
 */
export function sourceFaults(path, { literals }) {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const faults = [];
  const check = (position, text) => {
    const { line } = file.getLineAndCharacterOfPosition(position);
    faults.push(...phraseFaults(text).map((fault) => `${path}:${line + 1}: ${fault}`));
  };
  const visit = (node) => {
    if (literals || isTestName(node)) {
      const text = textOf(node);
      if (text !== undefined) check(node.getStart(), text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  for (const { position, text } of commentsOf(file)) check(position, text);
  return faults;
}

/** The text of a string literal or template, with `VALUE` in the place of each expression. */
function textOf(node) {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  const { head, templateSpans } = node;
  return [head, ...templateSpans.map(({ literal }) => literal)].map(({ text }) => text).join('VALUE');
}

/** Whether the node is the first argument of `it(…)`, `describe.each(…)(…)` and their like. */
function isTestName({ parent }) {
  if (parent === undefined || !ts.isCallExpression(parent) || arguments[0] !== parent.arguments[0])
    return false;
  let callee = parent.expression;
  while (
    ts.isCallExpression(callee) ||
    ts.isPropertyAccessExpression(callee) ||
    ts.isTaggedTemplateExpression(callee)
  )
    callee = callee.expression ?? callee.tag;
  return ts.isIdentifier(callee) && TEST_FUNCTIONS.has(callee.text);
}
