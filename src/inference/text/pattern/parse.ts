import { PatternError, type CharacterSet, type Condition, type Node } from './syntax.js';

const ESCAPED: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, f: 12, v: 11, a: 7 };
const CLASSES = 'wWdDsS';
const LAST = 0x10ffff;
const LONGEST = 1000;
const DEEPEST = 50;
const MOST_REPEATS = 1000;

/**
 * Reads a token pattern: characters, sets, classes, groups, alternatives, repetitions, \b, ^, and conditions on one
 * character before or behind ((?<!@), (?=\d)). The flags u and s may stand in front.
 * @throws PatternError for whatever else Python's re knows
 */
export function parsePattern(pattern: string): Node {
  return new Parser(pattern).parse();
}

class Parser {
  private readonly characters: string[];
  private at = 0;
  private depth = 0;
  private groups = 0;
  private dotAll = false;

  constructor(pattern: string) {
    this.characters = [...pattern];
    if (this.characters.length > LONGEST) throw new PatternError(`it has more than ${LONGEST} characters`);
  }

  parse(): Node {
    const flags = /^\(\?([a-zA-Z]+)\)/.exec(this.characters.slice(0, 12).join(''));
    if (flags !== null) {
      const unknown = [...flags[1]].find((flag) => !'us'.includes(flag));
      if (unknown !== undefined) throw new PatternError(`the flag (?${unknown})`);
      this.dotAll = flags[1].includes('s');
      this.at = flags[0].length;
    }
    const node = this.choice();
    if (this.at < this.characters.length) throw new PatternError('an unmatched ")"');
    if (this.groups > 0 && !isWholeGroup(node)) throw new PatternError('a group that is a part of the token');
    return node;
  }

  private choice(): Node {
    if (++this.depth > DEEPEST) throw new PatternError(`groups nested more than ${DEEPEST} deep`);
    const parts = [this.sequence()];
    while (this.take('|')) parts.push(this.sequence());
    this.depth--;
    return parts.length === 1 ? parts[0] : { type: 'choice', parts };
  }

  private sequence(): Node {
    const parts: Node[] = [];
    while (this.at < this.characters.length && !'|)'.includes(this.peek()!)) parts.push(this.repeated());
    return parts.length === 1 ? parts[0] : { type: 'sequence', parts };
  }

  private repeated(): Node {
    const part = this.atom();
    const counts = this.counts();
    if (counts === undefined) return part;
    if (part.type === 'condition') throw new PatternError('a repeated condition');
    const lazy = this.take('?');
    if (this.peek() === '+') throw new PatternError('a possessive repetition');
    if (this.counts() !== undefined) throw new PatternError('a repetition of a repetition');
    return { type: 'repeat', part, ...counts, lazy };
  }

  private counts(): { least: number; most: number } | undefined {
    if (this.take('*')) return { least: 0, most: Infinity };
    if (this.take('+')) return { least: 1, most: Infinity };
    if (this.take('?')) return { least: 0, most: 1 };
    const found = /^\{(\d*)(,?)(\d*)\}/.exec(this.characters.slice(this.at, this.at + 12).join(''));
    if (found === null || found[0] === '{}') return undefined;
    this.at += found[0].length;
    const least = Number(found[1]);
    const most = found[2] === '' ? least : found[3] === '' ? Infinity : Number(found[3]);
    if (least > most || least > MOST_REPEATS || (most !== Infinity && most > MOST_REPEATS))
      throw new PatternError(`the repetition ${found[0]}`);
    return { least, most };
  }

  private atom(): Node {
    const character = this.next();
    if (character === '(') return this.group();
    if (character === '[') return { type: 'set', set: this.set() };
    if (character === '.') return { type: 'set', set: this.anyCharacter() };
    if (character === '^') return condition({ kind: 'start' });
    if (character === '$') throw new PatternError('$');
    if ('*+?'.includes(character)) throw new PatternError(`nothing before ${character}`);
    if (character !== '\\') return { type: 'set', set: only(character.codePointAt(0)!) };
    const escaped = this.peek();
    if (escaped === 'b' || escaped === 'B') {
      this.at++;
      return condition({ kind: escaped === 'b' ? 'boundary' : 'no-boundary' });
    }
    const value = this.escape();
    return {
      type: 'set',
      set: typeof value === 'number' ? only(value) : { ranges: [], classes: [value], negated: false },
    };
  }

  private group(): Node {
    if (!this.take('?')) {
      this.groups++;
      return { type: 'group', part: this.closed() };
    }
    if (this.take(':')) return this.closed();
    if (this.take('P')) {
      if (!this.take('<')) throw new PatternError('a reference to a group');
      while (/\w/.test(this.peek() ?? '')) this.at++;
      if (!this.take('>')) throw new PatternError('a damaged name of a group');
      this.groups++;
      return { type: 'group', part: this.closed() };
    }
    const behind = this.take('<');
    const negated = this.take('!');
    if (!negated && !this.take('=')) throw new PatternError(`the group (?${this.peek() ?? ''}`);
    return condition({ kind: 'look', behind, negated, set: oneCharacter(this.closed()) });
  }

  private closed(): Node {
    const inner = this.choice();
    if (!this.take(')')) throw new PatternError('a group that is not closed');
    return inner;
  }

  private anyCharacter(): CharacterSet {
    return { ranges: this.dotAll ? [] : [[10, 10]], classes: [], negated: true };
  }

  private set(): CharacterSet {
    const negated = this.take('^');
    const ranges: [number, number][] = [];
    const classes: string[] = [];
    for (let first = true; first || this.peek() !== ']'; first = false) {
      const low = this.setItem();
      const isRange = this.peek() === '-' && (this.characters[this.at + 1] ?? ']') !== ']';
      if (!isRange) {
        if (typeof low === 'number') ranges.push([low, low]);
        else classes.push(low);
        continue;
      }
      this.at++;
      const high = this.setItem();
      if (typeof low !== 'number' || typeof high !== 'number' || low > high)
        throw new PatternError('a damaged range of characters');
      ranges.push([low, high]);
    }
    this.at++;
    return { ranges, classes, negated };
  }

  private setItem(): number | string {
    const character = this.next();
    if (character !== '\\') return character.codePointAt(0)!;
    if (!this.take('b')) return this.escape();
    return 8;
  }

  /** What an escape stands for: a code point, or a class by its letter. */
  private escape(): number | string {
    const letter = this.next();
    if (CLASSES.includes(letter)) return letter;
    if (Object.hasOwn(ESCAPED, letter)) return ESCAPED[letter];
    const digits = { x: 2, u: 4, U: 8 }[letter];
    if (digits !== undefined) {
      const code = Number.parseInt(this.characters.slice(this.at, this.at + digits).join(''), 16);
      this.at += digits;
      if (!(code <= LAST)) throw new PatternError(`a damaged \\${letter}`);
      return code;
    }
    if (/[A-Za-z0-9]/.test(letter)) throw new PatternError(`\\${letter}`);
    return letter.codePointAt(0)!;
  }

  private peek(): string | undefined {
    return this.characters[this.at];
  }

  private next(): string {
    const character = this.characters[this.at++];
    if (character === undefined) throw new PatternError('an unexpected end');
    return character;
  }

  private take(character: string): boolean {
    if (this.characters[this.at] !== character) return false;
    this.at++;
    return true;
  }
}

function condition(value: Condition): Node {
  return { type: 'condition', condition: value };
}

function only(codePoint: number): CharacterSet {
  return { ranges: [[codePoint, codePoint]], classes: [], negated: false };
}

/** The set of a condition's only character. */
function oneCharacter(node: Node): CharacterSet {
  if (node.type === 'set') return node.set;
  const sets = node.type === 'choice' ? node.parts.map(oneCharacter) : [];
  if (sets.length === 0 || sets.some(({ negated }) => negated))
    throw new PatternError('a condition on more than one character');
  return {
    ranges: sets.flatMap(({ ranges }) => ranges),
    classes: sets.flatMap(({ classes }) => classes),
    negated: false,
  };
}

/** Python's findall gives a group's text instead of the match: here the group is all of it but for conditions. */
function isWholeGroup(node: Node): boolean {
  const parts = node.type === 'sequence' ? node.parts : [node];
  const others = parts.filter(({ type }) => type !== 'condition');
  return others.length === 1 && others[0].type === 'group' && !holdsGroup(others[0].part);
}

function holdsGroup(node: Node): boolean {
  if (node.type === 'group') return true;
  if (node.type === 'repeat') return holdsGroup(node.part);
  return (node.type === 'sequence' || node.type === 'choice') && node.parts.some(holdsGroup);
}
