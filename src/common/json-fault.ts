/** Where a text stops being JSON (RFC 8259): the character, and the list positions and keys of its value. */
export interface JsonFault {
  /** In UTF-16 code units, from 0. The text's length if it ends too early. */
  readonly offset: number;
  readonly path: readonly (string | number)[];
}

/** Finds the fault in a text that `JSON.parse` rejects. Linear in its length, for any depth. */
export const locateJsonFault = (text: string): JsonFault => new Scanner(text).scan();

type Expected = 'value' | 'member' | 'key' | 'colon' | 'separator';

const SPACE = /[ \t\n\r]*/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

class Scanner {
  private at = 0;
  /** The position or key of the current value, for each open list or object. */
  private readonly path: (string | number)[] = [];
  private expected: Expected = 'value';

  constructor(private readonly text: string) {}

  scan(): JsonFault {
    do this.skip(SPACE);
    while (this.step());
    return { offset: this.at, path: this.path };
  }

  /** Reads one token. Returns false if it is not allowed here. */
  private step(): boolean {
    const char = this.text.charAt(this.at);
    switch (this.expected) {
      case 'value':
        return this.value(char);
      case 'member':
        return char === '}' ? this.leave() : this.key(char);
      case 'key':
        return this.key(char);
      case 'colon':
        return char === ':' && this.take('value');
      case 'separator':
        return this.separator(char);
    }
  }

  private value(char: string): boolean {
    if (char === '[') return this.enter(0, 'value');
    if (char === '{') return this.enter('', 'member');
    // Position 0 is unread only in a list that was just opened.
    if (char === ']' && this.path.at(-1) === 0) return this.leave();
    return (char === '"' ? this.string() : this.skip(SCALAR)) && this.expect('separator');
  }

  private key(char: string): boolean {
    const from = this.at;
    if (char !== '"' || !this.string()) return false;
    this.path[this.path.length - 1] = JSON.parse(this.text.slice(from, this.at)) as string;
    return this.expect('colon');
  }

  private separator(char: string): boolean {
    const inside = this.path.at(-1);
    if (inside === undefined) return false;
    const isList = typeof inside === 'number';
    if (char !== ',') return char === (isList ? ']' : '}') && this.leave();
    if (isList) this.path[this.path.length - 1] = inside + 1;
    return this.take(isList ? 'value' : 'key');
  }

  private enter(first: string | number, expected: Expected): boolean {
    this.path.push(first);
    return this.take(expected);
  }

  private leave(): boolean {
    this.path.pop();
    return this.take('separator');
  }

  private take(expected: Expected): boolean {
    this.at += 1;
    return this.expect(expected);
  }

  private expect(expected: Expected): boolean {
    this.expected = expected;
    return true;
  }

  private string(): boolean {
    for (this.at += 1; this.at < this.text.length;) {
      const char = this.text.charAt(this.at);
      if (char === '"') {
        this.at += 1;
        return true;
      }
      if (char < ' ' || (char === '\\' && !this.skip(ESCAPE))) return false;
      if (char !== '\\') this.at += 1;
    }
    return false;
  }

  private skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    if (!pattern.test(this.text)) return false;
    this.at = pattern.lastIndex;
    return true;
  }
}
