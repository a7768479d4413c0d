const COMMA = 0x2c;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;

/** The record needs more bytes than there are. */
const MORE = -1;
/** A quote opens a cell and no quote closes it by the rules of RFC 4180. */
const STRAY = -2;

/**
 * Finds the ends of CSV records, in which a cell may hold line breaks if it is enclosed in quotes (RFC 4180). A quote opens
 * a cell only at the cell's start. One that is not closed, within the longest record, at the end of a cell is a stray one:
 * its record ends with its line, so that the lines after it are records of their own.
 *
 * Time is linear in the bytes: what a stray quote had searched is searched once more, since the lines in it hold no quote
 * that opens anything beyond its line.
 */
export class CsvSplitter {
  /** Where to continue the search, and whether that is inside of quotes. */
  private at = 0;
  private isQuoted = false;
  /** The first quote and line end from `at` on; before it where they are not known, Infinity where there is none. */
  private quote = -1;
  private line = -1;

  /** @param longest bytes that a record may have */
  constructor(private readonly longest: number) {}

  /**
   * @param start of the record in the buffer
   * @param isLast whether nothing follows the buffer
   * @returns the position of the record's line end, or the buffer's length at the end of the last one; -1 if the record
   *   does not end in the buffer
   */
  end(buffer: Buffer, start: number, isLast: boolean): number {
    if (start >= buffer.length) return MORE;
    if (this.at < start) this.begin(start);
    const found = this.search(buffer, start, isLast);
    const isTooLong = found === MORE && this.isQuoted && buffer.length - start > this.longest;
    if (found !== STRAY && !isTooLong) return found === MORE ? found : this.ended(found);
    const line = buffer.indexOf(LINE_FEED, start);
    if (line === -1 && !isLast) {
      // The line is as long as the buffer: what is in it does not matter any more.
      [this.at, this.isQuoted] = [buffer.length, false];
      return MORE;
    }
    return this.ended(line === -1 ? buffer.length : line);
  }

  /** The next buffer starts at `start` of this one. */
  moved(start: number): void {
    this.at = Math.max(this.at - start, 0);
    [this.quote, this.line] = [-1, -1];
  }

  private begin(at: number): void {
    [this.at, this.isQuoted] = [at, false];
  }

  private ended(end: number): number {
    this.begin(end + 1);
    return end;
  }

  private search(buffer: Buffer, start: number, isLast: boolean): number {
    for (;;) {
      const quote = this.nextQuote(buffer);
      if (!this.isQuoted) {
        const line = this.nextLine(buffer);
        if (line < quote) return line;
        if (quote === Infinity) {
          this.at = buffer.length;
          return isLast ? buffer.length : MORE;
        }
        this.isQuoted = quote === start || buffer[quote - 1] === COMMA;
        this.at = quote + 1;
        continue;
      }
      if (quote === Infinity) {
        this.at = buffer.length;
        return isLast ? STRAY : MORE;
      }
      if (quote - start > this.longest) return STRAY;
      const [next, after] = [buffer[quote + 1], buffer[quote + 2]];
      const isCut = next === undefined || (next === CARRIAGE_RETURN && after === undefined);
      if (isCut && !isLast) {
        this.at = quote;
        return MORE;
      }
      if (next === QUOTE) {
        this.at = quote + 2;
        continue;
      }
      if (next !== undefined && next !== COMMA && next !== LINE_FEED && next !== CARRIAGE_RETURN)
        return STRAY;
      if (next === CARRIAGE_RETURN && after !== LINE_FEED && after !== undefined) return STRAY;
      [this.at, this.isQuoted] = [quote + 1, false];
    }
  }

  private nextQuote(buffer: Buffer): number {
    if (this.quote < this.at) {
      const found = buffer.indexOf(QUOTE, this.at);
      this.quote = found === -1 ? Infinity : found;
    }
    return this.quote;
  }

  private nextLine(buffer: Buffer): number {
    if (this.line < this.at) {
      const found = buffer.indexOf(LINE_FEED, this.at);
      this.line = found === -1 ? Infinity : found;
    }
    return this.line;
  }
}
