import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { QueryDeepPartialEntity, Repository } from 'typeorm';
import { AccessFeed } from '../database/feeds.js';
import { ApiError, type Fault } from '../common/errors.js';
import { hashPassword, passwordFault, verifyPassword } from './passwords.js';
import { User } from './user.entity.js';

export interface NewUser {
  readonly username: string;
  readonly password: string;
  readonly fullName?: string;
  readonly email?: string;
  /** Space-separated roles and scopes; {@link DEFAULT_GRANTS} unless given. */
  readonly grants?: string;
}

/** What a person who was simply added may do: ask for predictions and see which models there are. */
export const DEFAULT_GRANTS = 'role:predictor';

/** The form of a name that must be unique: without regard to case or to Unicode's compatibility forms. */
export const usernameKey = (username: string): string => username.normalize('NFKC').toLowerCase();

@Injectable()
export class UsersService {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly feed: AccessFeed,
  ) {}

  find(username: string): Promise<User | null> {
    return this.users.findOneBy({ usernameKey: usernameKey(username) });
  }

  list(): Promise<User[]> {
    return this.users.find({ order: { usernameKey: 'ASC' } });
  }

  async isEmpty(): Promise<boolean> {
    return !(await this.users.existsBy({}));
  }

  /** The user of this name and password, or null; costs the same time in every case. */
  async authenticate(username: string, password: string): Promise<User | null> {
    const user = await this.users
      .createQueryBuilder('user')
      .addSelect('user.hashedPassword')
      .where({ usernameKey: usernameKey(username) })
      .getOne();
    return (await verifyPassword(password, user?.hashedPassword)) ? user : null;
  }

  /** @throws ApiError `validation_failed` or `conflict` */
  async add(user: NewUser): Promise<User> {
    checkUsername(user.username);
    checkPassword(user.password);
    return this.insert({ ...user, hashedPassword: await hashPassword(user.password), disabled: false });
  }

  /** Stores a user whose hash is already made: taken over from another database, or the demo user's. */
  async insert(
    user: Omit<NewUser, 'password'> & { hashedPassword: string; disabled: boolean },
  ): Promise<User> {
    if (await this.find(user.username))
      throw new ApiError('conflict', `there is a user ${user.username} already`);
    const now = new Date().toISOString();
    const stored = await this.users.save({
      id: randomUUID(),
      username: user.username,
      usernameKey: usernameKey(user.username),
      fullName: user.fullName ?? '',
      email: user.email ?? '',
      hashedPassword: user.hashedPassword,
      disabled: user.disabled,
      grants: user.grants ?? DEFAULT_GRANTS,
      generation: 1,
      createdAt: now,
      updatedAt: now,
    });
    this.feed.announce();
    return stored;
  }

  /** A disabled user's tokens are refused from the next call on. @throws ApiError `not_found` */
  setDisabled(username: string, disabled: boolean): Promise<void> {
    return this.update(username, { disabled });
  }

  /** Also ends all sessions. @throws ApiError `not_found` or `validation_failed` */
  async setPassword(username: string, password: string): Promise<void> {
    checkPassword(password);
    const hashedPassword = await hashPassword(password);
    await this.update(username, { hashedPassword, generation: () => 'generation + 1' });
  }

  private async update(username: string, change: QueryDeepPartialEntity<User>): Promise<void> {
    const { affected } = await this.users.update(
      { usernameKey: usernameKey(username) },
      { ...change, updatedAt: new Date().toISOString() },
    );
    if (!affected) throw new ApiError('not_found', `there is no user ${username}`);
    this.feed.announce();
  }
}

function checkUsername(username: string): void {
  // Control characters and outer spaces make names that look alike.
  const fits = /^[^\s\p{C}](?:[^\p{C}]{0,126}[^\s\p{C}])?$/u.test(username);
  if (!fits)
    throw invalid('username', 'must have 1 to 128 printable characters, with no space at either end');
}

function checkPassword(password: string): void {
  const fault = passwordFault(password);
  if (fault) throw invalid('password', fault);
}

function invalid(field: string, message: string): ApiError {
  const fault: Fault = { loc: ['body', field], msg: message, type: 'value_error' };
  return new ApiError('validation_failed', `${field} ${message}`, { faults: [fault] });
}
