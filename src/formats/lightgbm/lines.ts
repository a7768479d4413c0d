import { ModelFileError } from '../../inference/model.js';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const EQUALS = 0x3d;

/** Longer lines do not fit in a string. */
const LONGEST_LINE = 2 ** 28;

/** The lines of a text, one after another, without copying it. */
export class Lines {
  private start = 0;
  private end = 0;
  private next = 0;

  constructor(private readonly bytes: Buffer) {}

  /** Moves to the next line. @returns false at the end of the text */
  advance(): boolean {
    if (this.next >= this.bytes.length) return false;
    this.start = this.next;
    const newline = this.bytes.indexOf(NEWLINE, this.start);
    this.end = newline < 0 ? this.bytes.length : newline;
    this.next = this.end + 1;
    if (this.end > this.start && this.bytes[this.end - 1] === RETURN) this.end--;
    if (this.end - this.start > LONGEST_LINE) {
      throw new ModelFileError(`a line of the model has more than ${LONGEST_LINE} bytes`);
    }
    return true;
  }

  get isEmpty(): boolean {
    return this.start === this.end;
  }

  /** Whether the line begins with this text, which is ASCII. */
  startsWith(text: string): boolean {
    if (this.end - this.start < text.length) return false;
    return this.bytes.toString('latin1', this.start, this.start + text.length) === text;
  }

  /** The line as text, or its first bytes. */
  text(longest = LONGEST_LINE): string {
    return this.bytes.toString('utf8', this.start, Math.min(this.end, this.start + longest));
  }

  /** The key of `key=value`; undefined if the line has no `=`. Values may contain more of them. */
  get key(): string | undefined {
    const at = this.equals();
    return at < 0 ? undefined : this.bytes.toString('latin1', this.start, at);
  }

  /** The bytes after the first `=`. */
  get value(): Buffer {
    return this.bytes.subarray(this.equals() + 1, this.end);
  }

  private equals(): number {
    const at = this.bytes.subarray(this.start, this.end).indexOf(EQUALS);
    return at < 0 ? -1 : this.start + at;
  }
}
