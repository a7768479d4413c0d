import { appendFileSync, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Tells this process, without asking the database at every call, that another one (the command line, a worker)
 * changed something: a file that grows by a byte a change, so its size is the version of the state. Reading it costs
 * one fstat a turn of the event loop, and is exact: who was told of a change before calling calls in a later turn.
 */
export class ChangeFeed {
  private readonly path: string;
  private readonly descriptor: number;
  /** The version, for the rest of this turn. */
  private known: number | undefined;
  private readonly forget = (): void => {
    this.known = undefined;
  };

  constructor(dataDir: string, topic: 'access' | 'models' | 'quotas') {
    this.path = join(dataDir, `${topic}.version`);
    this.descriptor = openSync(this.path, 'a+', 0o600);
  }

  /** Grows with every change; compare for equality only. */
  version(): number {
    if (this.known === undefined) {
      this.known = fstatSync(this.descriptor).size;
      setImmediate(this.forget);
    }
    return this.known;
  }

  /** To be called after the change is committed. */
  announce(): void {
    appendFileSync(this.path, '.');
    this.forget();
  }
}
