import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { phraseFaults } from './rules.mjs';

/** Faults of comments and of string literals with several words, as `path:line: message`. */
export function sourceFaults(path) {
  const text = readFileSync(path, 'utf8');
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const texts = new Map();
  const visit = (node) => {
    for (const { pos, end } of ts.getLeadingCommentRanges(text, node.pos) ?? [])
      texts.set(pos, comment(text.slice(pos, end)));
    for (const { pos, end } of ts.getTrailingCommentRanges(text, node.end) ?? [])
      texts.set(pos, comment(text.slice(pos, end)));
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node))
      texts.set(node.getStart(), node.text);
    if (ts.isTemplateExpression(node))
      texts.set(
        node.getStart(),
        [node.head, ...node.templateSpans.map(({ literal }) => literal)]
          .map(({ text: part }) => part)
          .join('VALUE'),
      );
    node.getChildren(file).forEach(visit);
  };
  visit(file);
  return [...texts].flatMap(([position, prose]) => {
    const { line } = file.getLineAndCharacterOfPosition(position);
    return phraseFaults(prose).map((fault) => `${path}:${line + 1}: ${fault}`);
  });
}

const comment = (text) =>
  text
    .replace(/^\/\*\*?|\*\/$|^\s*\*|^\s*\/\//gm, ' ')
    .replace(/`[^`]*`/g, 'CODE')
    .replace(/\s+/g, ' ');
