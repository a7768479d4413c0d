import { createHmac, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, LessThan, type Repository } from 'typeorm';
import { addressBlock } from '../../common/address.js';
import { Setting } from '../../database/setting.entity.js';
import { usernameKey } from '../../users/username.js';
import { type Counts, FORGOTTEN_AFTER } from './login-delay.js';
import { LoginAddress, LoginFailure } from './login-failure.entity.js';

const DAY = 24 * 3_600_000;
/** How long an address stays known after a login. */
const KNOWN_FOR = 30 * DAY;
/** A row has about 60 bytes. */
const ROWS_LIMIT = 100_000;
/** After this many failures in this process, expired rows are removed. */
const PRUNE_EVERY = 100;
const KEY_SETTING = 'login-failures.key';

/** The keys that a login is counted under. */
interface Trackers {
  readonly pair: string;
  readonly address: string;
  readonly account: string;
}

/** Failed and successful logins, shared by all processes and kept over restarts. Each change is one statement. */
@Injectable()
export class LoginFailures {
  private key?: Promise<string>;
  private untilPruned = PRUNE_EVERY;

  constructor(
    @InjectRepository(LoginFailure) private readonly failures: Repository<LoginFailure>,
    @InjectRepository(LoginAddress) private readonly addresses: Repository<LoginAddress>,
    @InjectRepository(Setting) private readonly settings: Repository<Setting>,
  ) {}

  /** @param now epoch milliseconds */
  async counts(username: string, address: string, now: number): Promise<Counts> {
    const trackers = await this.trackersOf(username, address);
    const found = await this.failures.findBy({ tracker: In(Object.values(trackers)) });
    const known = await this.addresses.findOneBy({ tracker: trackers.pair });
    const count = (tracker: string) => found.find((row) => row.tracker === tracker);
    return {
      pair: count(trackers.pair),
      address: count(trackers.address),
      account: count(trackers.account),
      isKnown: known !== null && known.lastAt + KNOWN_FOR > now,
    };
  }

  async failed(username: string, address: string, now: number): Promise<void> {
    const trackers = await this.trackersOf(username, address);
    for (const kind of ['pair', 'address', 'account'] as const) {
      const forgotten = now - FORGOTTEN_AFTER[kind];
      await this.failures.manager.sql`
        INSERT INTO login_failures (tracker, failures, last_at) VALUES (${trackers[kind]}, 1, ${now})
        ON CONFLICT (tracker) DO UPDATE SET
          failures = CASE WHEN login_failures.last_at > ${forgotten} THEN login_failures.failures + 1 ELSE 1 END,
          last_at = excluded.last_at`;
    }
    await this.prune(now);
  }

  /** Forgets the failures of this name from this address, and remembers the address as known for the name. */
  async succeeded(username: string, address: string, now: number): Promise<void> {
    const { pair } = await this.trackersOf(username, address);
    await this.failures.delete({ tracker: pair });
    await this.addresses.manager.sql`
      INSERT INTO login_addresses (tracker, last_at) VALUES (${pair}, ${now})
      ON CONFLICT (tracker) DO UPDATE SET last_at = excluded.last_at WHERE login_addresses.last_at < ${now - DAY}`;
  }

  /**
   * Removes expired rows, and the oldest rows beyond the limit, since attackers choose the names and so the number of
   * rows.
   */
  private async prune(now: number): Promise<void> {
    this.untilPruned -= 1;
    if (this.untilPruned > 0) return;
    this.untilPruned = PRUNE_EVERY;
    await this.failures.delete({ lastAt: LessThan(now - FORGOTTEN_AFTER.pair) });
    await this.addresses.delete({ lastAt: LessThan(now - KNOWN_FOR) });
    await this.failures.manager.sql`
      DELETE FROM login_failures WHERE last_at <=
        (SELECT last_at FROM login_failures ORDER BY last_at DESC LIMIT 1 OFFSET ${ROWS_LIMIT})`;
  }

  private async trackersOf(username: string, address: string): Promise<Trackers> {
    this.key ??= this.sharedKey();
    const key = await this.key;
    const hash = (...parts: string[]) =>
      createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
    const [name, block] = [usernameKey(username), addressBlock(address)];
    return {
      pair: hash('pair', name, block),
      address: hash('address', block),
      account: hash('account', name),
    };
  }

  /** The key of the process that stored one first. */
  private async sharedKey(): Promise<string> {
    const value = randomBytes(32).toString('base64url');
    await this.settings
      .createQueryBuilder()
      .insert()
      .values({ key: KEY_SETTING, value })
      .orIgnore()
      .execute();
    return (await this.settings.findOneByOrFail({ key: KEY_SETTING })).value;
  }
}
