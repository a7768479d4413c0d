import { appendFileSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';

type Topic = 'access' | 'models' | 'quotas';

const LETTERS: Readonly<Record<Topic, string>> = { access: 'a', models: 'm', quotas: 'q' };
/** Bytes per read. */
const CHUNK = 4096;

/**
 * Notices changes by other processes (the command line, a worker) without a database query per request: a
 * file grows by one letter per change. Checking its size costs one fstat per event-loop turn, and is exact: a
 * client that has seen a change sends its next request in a later event-loop turn.
 */
@Injectable()
export class ChangeLog {
  private readonly path: string;
  private readonly descriptor: number;
  private read: number;
  private readonly counts = new Map<number, number>();
  private lookedThisTurn = false;
  private readonly turn = (): void => {
    this.lookedThisTurn = false;
  };

  constructor(@Inject(CONFIG) config: Config) {
    this.path = join(config.dataDir, 'changes.log');
    this.descriptor = openSync(this.path, 'a+', 0o600);
    this.read = fstatSync(this.descriptor).size;
  }

  version(topic: Topic): number {
    if (!this.lookedThisTurn) this.look();
    return this.counts.get(LETTERS[topic].charCodeAt(0)) ?? 0;
  }

  announce(topic: Topic): void {
    appendFileSync(this.path, LETTERS[topic]);
    this.lookedThisTurn = false;
  }

  private look(): void {
    this.lookedThisTurn = true;
    setImmediate(this.turn);
    const { size } = fstatSync(this.descriptor);
    while (this.read < size) {
      const letters = Buffer.alloc(Math.min(CHUNK, size - this.read));
      this.read += readSync(this.descriptor, letters, 0, letters.length, this.read);
      for (const letter of letters) this.counts.set(letter, (this.counts.get(letter) ?? 0) + 1);
    }
  }
}

/** The changes of one topic. */
export abstract class ChangeFeed {
  constructor(
    private readonly log: ChangeLog,
    private readonly topic: Topic,
  ) {}

  /** Grows with every change. Compare for equality only, within one process. */
  version(): number {
    return this.log.version(this.topic);
  }

  /** Must be called after the change is committed. */
  announce(): void {
    this.log.announce(this.topic);
  }
}
