import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { phraseFaults } from './rules.mjs';

/** Phrases to avoid in string literals: errors, log lines, help, descriptions. As `path:line: message`. */
export function sourceFaults(path) {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const faults = [];
  const check = (node, text) => {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart());
    faults.push(...phraseFaults(text).map((fault) => `${path}:${line + 1}: ${fault}`));
  };
  const visit = (node) => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) check(node, node.text);
    if (ts.isTemplateExpression(node)) check(node, textOf(node));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return faults;
}

/** A template with `VALUE` in the place of each expression. */
const textOf = ({ head, templateSpans }) =>
  [head, ...templateSpans.map(({ literal }) => literal)].map(({ text }) => text).join('VALUE');
