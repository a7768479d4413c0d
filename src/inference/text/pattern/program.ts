import { isDecimal, isSpace, isWordCharacter } from '../python-text.js';
import { PatternError, type CharacterSet, type Condition, type Node } from './syntax.js';

/** One step of a pattern: a character of a set, a choice (the first is preferred), a condition, or the end of a match. */
export type Instruction =
  | { readonly op: 'set'; readonly set: number; readonly next: number }
  | { readonly op: 'split'; readonly first: number; readonly second: number }
  | { readonly op: 'condition'; readonly condition: Condition; readonly set: number; readonly next: number }
  | { readonly op: 'match' };

/** A pattern's steps, from `start`; sets are numbered. */
export interface Program {
  readonly instructions: readonly Instruction[];
  readonly start: number;
  readonly sets: readonly CharacterSet[];
}

const MOST_INSTRUCTIONS = 2000;
/** Sets, and the class of word characters, are bits of one number. */
const MOST_SETS = 29;

/** @throws PatternError for patterns that are too large */
export function compilePattern(root: Node): Program {
  const instructions: Instruction[] = [{ op: 'match' }];
  const sets: CharacterSet[] = [];
  const numbers = new Map<string, number>();

  const add = (instruction: Instruction): number => {
    if (instructions.length >= MOST_INSTRUCTIONS) throw new PatternError('too many repetitions');
    return instructions.push(instruction) - 1;
  };
  const numberOf = (set: CharacterSet): number => {
    const key = JSON.stringify(set);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    if (sets.length >= MOST_SETS)
      throw new PatternError(`more than ${MOST_SETS} different sets of characters`);
    numbers.set(key, sets.length);
    return sets.push(set) - 1;
  };
  /** Adds the steps of a node, which continue at `next`. Returns the first of them. */
  const emit = (node: Node, next: number): number => {
    switch (node.type) {
      case 'set':
        return add({ op: 'set', set: numberOf(node.set), next });
      case 'condition': {
        const { condition } = node;
        return add({
          op: 'condition',
          condition,
          set: condition.kind === 'look' ? numberOf(condition.set) : -1,
          next,
        });
      }
      case 'group':
        return emit(node.part, next);
      case 'sequence':
        return node.parts.reduceRight((after, part) => emit(part, after), next);
      case 'choice':
        return node.parts
          .map((part) => emit(part, next))
          .reduceRight((second, first) => add({ op: 'split', first, second }));
      case 'repeat':
        return repeat(node, next);
    }
  };
  const repeat = ({ part, least, most, lazy }: Node & { type: 'repeat' }, next: number): number => {
    let first = next;
    if (most === Infinity) {
      const loop = add({ op: 'match' });
      const body = emit(part, loop);
      instructions[loop] = branch(body, next, lazy);
      first = loop;
    } else {
      for (let k = least; k < most; k++) first = add(branch(emit(part, first), next, lazy));
    }
    for (let k = 0; k < least; k++) first = emit(part, first);
    return first;
  };
  const start = emit(root, 0);
  return { instructions, start, sets };
}

function branch(body: number, after: number, lazy: boolean): Instruction {
  return lazy ? { op: 'split', first: after, second: body } : { op: 'split', first: body, second: after };
}

/** Whether the set holds the character. */
export function holds({ ranges, classes, negated }: CharacterSet, codePoint: number): boolean {
  const found =
    ranges.some(([first, last]) => codePoint >= first && codePoint <= last) ||
    classes.some((letter) => isOfClass(letter, codePoint));
  return found !== negated;
}

function isOfClass(letter: string, codePoint: number): boolean {
  const lower = letter.toLowerCase();
  const found =
    lower === 'w' ? isWordCharacter(codePoint) : lower === 'd' ? isDecimal(codePoint) : isSpace(codePoint);
  return found === (letter === lower);
}
