import ts from 'typescript';

/**
 * The comments of a parsed source file, in order. Line comments that follow each other are one comment. Code spans and
 * links become one word, and the asterisks of docstrings are left out.
 * @returns {{position: number, text: string}[]}
 */
export function commentsOf(file) {
  const source = file.text;
  const ranges = new Map();
  const collect = (found) => found?.forEach((range) => ranges.set(range.pos, range));
  const visit = (node) => {
    const children = node.getChildren(file).filter((child) => !ts.isJSDoc(child));
    if (children.length > 0) children.forEach(visit);
    else {
      collect(ts.getLeadingCommentRanges(source, node.pos));
      collect(ts.getTrailingCommentRanges(source, node.end));
    }
  };
  visit(file);
  const merged = [];
  for (const { pos, end, kind } of [...ranges.values()].sort((a, b) => a.pos - b.pos)) {
    const previous = merged.at(-1);
    const isLine = kind === ts.SyntaxKind.SingleLineCommentTrivia;
    const follows = previous?.isLine && isLine && /^\n[ \t]*$/.test(source.slice(previous.end, pos));
    if (follows) previous.end = end;
    else merged.push({ pos, end, isLine });
  }
  return merged.map(({ pos, end }) => ({ position: pos, text: proseOf(source.slice(pos, end)) }));
}

function proseOf(comment) {
  return comment
    .replace(/^\/\*\*?|\*\/$/g, '')
    .replace(/^[ \t]*(?:\/\/|\*)[ \t]?/gm, '')
    .replace(/`[^`]*`|\{@link [^}]*\}/g, 'CODE')
    .replace(/\s+/g, ' ')
    .trim();
}
