import { ModelInputError } from '../../model.js';
import { isWordCharacter } from '../python-text.js';
import { parsePattern } from './parse.js';
import { compilePattern, holds, type Program } from './program.js';

/** Bits of a character beside its sets: a word character, a line feed, and the place before the first or behind the last. */
const WORD = 1 << 29;
const OUTSIDE = 1 << 30;

/** States that are kept. A pattern that makes more of them starts over. */
const MOST_STATES = 2000;
/** Steps for each character of a text, and for any text. */
const STEPS = 64;
const FREE_STEPS = 100_000;

/** Where the search stands: steps to try in order of preference, behind a character of this class. */
interface State {
  readonly steps: readonly number[];
  readonly before: number;
  /** Whether a match may be empty. */
  readonly mayEnd: boolean;
  /** By class of the next character: where the search stands then. */
  readonly next: (Transition | undefined)[];
}

interface Transition {
  /** The pattern matches what lies before the character. */
  readonly matches: boolean;
  /** Undefined where nothing longer, or preferred, can match. */
  readonly state: State | undefined;
}

/**
 * Finds what Python's re.findall finds, by an automaton whose states are made as they are met: each character of an
 * attempt costs the same, whatever the pattern, and the attempts together are bounded.
 */
export class Matcher {
  private readonly program: Program;
  /** Classes of characters that no set tells apart, by their sets' bits. */
  private readonly classes = new Map<number, number>();
  private readonly bits: number[] = [];
  private readonly known = new Int16Array(0x10000).fill(-1);
  private readonly outside: number;
  private states = new Map<string, State>();

  /** @throws PatternError for what is not supported of Python's regular expressions */
  constructor(pattern: string) {
    this.program = compilePattern(parsePattern(pattern));
    this.outside = this.classOfBits(OUTSIDE);
  }

  /**
   * All matches in a text, from left to right.
   * @throws ModelInputError where the pattern tries more than a bounded number of characters again and again
   */
  findAll(text: string): string[] {
    const found: string[] = [];
    let budget = FREE_STEPS + STEPS * text.length;
    let before = this.outside;
    let mayEnd = true;
    for (let start = 0; start <= text.length;) {
      let end = -1;
      let state: State | undefined = this.startState(before, mayEnd);
      let at = start;
      while (state !== undefined) {
        const type = at < text.length ? this.classAt(text, at) : this.outside;
        const transition: Transition = (state.next[type] ??= this.step(state, type));
        if (transition.matches) end = at;
        state = transition.state;
        if (at >= text.length) break;
        at += widthAt(text, at);
        budget--;
      }
      if (budget < 0) throw new ModelInputError('is a text that the token pattern takes too long for');
      if (end > start) {
        found.push(text.slice(start, end));
        before = this.classBefore(text, end);
        start = end;
        mayEnd = true;
      } else if (end === start) {
        found.push('');
        mayEnd = false;
      } else {
        if (start < text.length) before = this.classAt(text, start);
        start += start < text.length ? widthAt(text, start) : 1;
        mayEnd = true;
      }
    }
    return found;
  }

  private startState(before: number, mayEnd: boolean): State {
    return this.stateOf([this.program.start], before, mayEnd);
  }

  private stateOf(steps: readonly number[], before: number, mayEnd: boolean): State {
    const key = `${before}:${mayEnd}:${steps.join()}`;
    let state = this.states.get(key);
    if (state === undefined) {
      if (this.states.size >= MOST_STATES) this.states = new Map();
      state = { steps, before, mayEnd, next: [] };
      this.states.set(key, state);
    }
    return state;
  }

  /** What reading a character of this class does. Conditions are decided here, where both sides are known. */
  private step({ steps, before, mayEnd }: State, type: number): Transition {
    const { instructions } = this.program;
    const seen = new Set<number>();
    const next: number[] = [];
    const open = [...steps].reverse();
    let matches = false;
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      const instruction = instructions[at];
      if (instruction.op === 'split') open.push(instruction.second, instruction.first);
      else if (instruction.op === 'set') {
        if ((this.bits[type] & (1 << instruction.set)) !== 0) next.push(instruction.next);
      } else if (instruction.op === 'match') {
        if (!mayEnd) continue;
        matches = true;
        break;
      } else if (this.isTrue(instruction, this.bits[before], this.bits[type])) open.push(instruction.next);
    }
    const unique = [...new Set(next)];
    return { matches, state: unique.length === 0 ? undefined : this.stateOf(unique, type, true) };
  }

  private isTrue(
    { condition, set }: { condition: { kind: string; behind?: boolean; negated?: boolean }; set: number },
    before: number,
    after: number,
  ): boolean {
    if (condition.kind === 'start') return (before & OUTSIDE) !== 0;
    if (condition.kind === 'look') {
      const holdsThere = ((condition.behind ? before : after) & (1 << set)) !== 0;
      return holdsThere !== condition.negated;
    }
    const isBoundary = (before & WORD) !== (after & WORD);
    return isBoundary === (condition.kind === 'boundary');
  }

  private classAt(text: string, at: number): number {
    const unit = text.charCodeAt(at);
    const known = this.known[unit];
    if (known >= 0) return known;
    const codePoint = text.codePointAt(at)!;
    const type = this.classOf(codePoint);
    if (codePoint === unit && (unit < 0xd800 || unit > 0xdfff)) this.known[unit] = type;
    return type;
  }

  private classBefore(text: string, end: number): number {
    const low = text.charCodeAt(end - 1);
    const isPair = low >= 0xdc00 && low <= 0xdfff && end > 1 && text.codePointAt(end - 2)! > 0xffff;
    return this.classAt(text, isPair ? end - 2 : end - 1);
  }

  private classOf(codePoint: number): number {
    let bits = isWordCharacter(codePoint) ? WORD : 0;
    this.program.sets.forEach((set, k) => {
      if (holds(set, codePoint)) bits |= 1 << k;
    });
    return this.classOfBits(bits);
  }

  private classOfBits(bits: number): number {
    let type = this.classes.get(bits);
    if (type === undefined) {
      type = this.bits.push(bits) - 1;
      this.classes.set(bits, type);
    }
    return type;
  }
}

function widthAt(text: string, at: number): number {
  return text.codePointAt(at)! > 0xffff ? 2 : 1;
}
