import { randomInt, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, QueryDeepPartialEntity, Repository, SelectQueryBuilder } from 'typeorm';
import { ApiError, invalidField } from '../common/errors.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { AccessFeed } from '../database/feeds.js';
import { oneAtATime } from '../database/one-at-a-time.js';
import { isUniqueViolation } from '../database/unique-violation.js';
import type { Condition } from './last-holder.js';
import { passwordFault, type PasswordOwner } from './password-rules.js';
import { COST, hashPassword, type QueuePlace, verifyPassword } from './passwords.js';
import { User } from './user.entity.js';
import { checkUsername, usernameKey } from './username.js';

export interface NewUser {
  readonly username: string;
  readonly password: string;
  readonly fullName?: string;
  readonly email?: string;
  /** Space-separated roles and scopes; default {@link DEFAULT_GRANTS}. */
  readonly grants?: string;
}

export type UserChange = Partial<Pick<User, 'fullName' | 'email' | 'grants' | 'disabled'>>;

export interface UserPage {
  /** Prefix of the names, in any case. */
  readonly prefix?: string;
  readonly disabled?: boolean;
  /** The {@link User.usernameKey} after which the page starts. */
  readonly after?: string;
  readonly limit: number;
}

/** Grants of a user who is added without any: request predictions and read models. */
export const DEFAULT_GRANTS = 'role:predictor';

/**
 * Tokens contain a user name and a generation. A random start means that a new user of the same name does not
 * match old tokens.
 */
const newGeneration = (): number => randomInt(1, 2 ** 30);

@Injectable()
export class UsersService {
  private cost?: { readonly version: number; readonly highest: number };

  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly feed: AccessFeed,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  find(username: string): Promise<User | null> {
    return this.users.findOneBy({ usernameKey: usernameKey(username) });
  }

  /** @throws ApiError `not_found` */
  async get(username: string): Promise<User> {
    return (await this.find(username)) ?? noSuchUser(username);
  }

  findById(id: string): Promise<User | null> {
    return this.users.findOneBy({ id });
  }

  list(): Promise<User[]> {
    return this.users.find({ order: { usernameKey: 'ASC' } });
  }

  /** Users ordered by name, at most `limit`. */
  page({ prefix, disabled, after, limit }: UserPage): Promise<User[]> {
    const query = this.users.createQueryBuilder('user').orderBy('user.usernameKey', 'ASC').take(limit);
    if (after !== undefined) query.andWhere('user.usernameKey > :after', { after });
    if (disabled !== undefined) query.andWhere('user.disabled = :disabled', { disabled });
    if (prefix !== undefined) withPrefix(query, usernameKey(prefix));
    return query.getMany();
  }

  async isEmpty(): Promise<boolean> {
    return !(await this.users.existsBy({}));
  }

  /**
   * The user with this name and password, or null. Takes the same time in every case.
   */
  async authenticate(username: string, password: string, place: QueuePlace): Promise<User | null> {
    const user = await this.users
      .createQueryBuilder('user')
      .addSelect(['user.hashedPassword', 'user.importedHash'])
      .where({ usernameKey: usernameKey(username) })
      .getOne();
    const stored = user ? { hash: user.hashedPassword, isImported: user.importedHash } : undefined;
    return (await verifyPassword(password, stored, await this.highestCost(), place)) ? user : null;
  }

  /** Of all stored hashes, read again after each change of a user. */
  private async highestCost(): Promise<number> {
    const version = this.feed.version();
    if (this.cost?.version !== version) {
      const row = await this.users
        .createQueryBuilder('user')
        .select('MAX(SUBSTR(user.hashed_password, 5, 2))', 'cost')
        .getRawOne<{ cost: string | null }>();
      this.cost = { version, highest: Math.max(COST, Number(row?.cost ?? 0)) };
    }
    return this.cost.highest;
  }

  /** @throws ApiError `validation_failed` or `conflict` */
  async add(user: NewUser): Promise<User> {
    checkUsername(user.username);
    await this.checkPassword(user.password, user);
    if (await this.find(user.username)) throw taken(user.username);
    return this.insert({ ...user, hashedPassword: await hashPassword(user.password), disabled: false });
  }

  /** Stores a user with an existing hash: imported from another database, or the demo user. */
  async insert(
    user: Omit<NewUser, 'password'> & { hashedPassword: string; importedHash?: boolean; disabled: boolean },
  ): Promise<User> {
    const now = new Date().toISOString();
    const row: User = {
      id: randomUUID(),
      username: user.username,
      usernameKey: usernameKey(user.username),
      fullName: user.fullName ?? '',
      email: user.email ?? '',
      hashedPassword: user.hashedPassword,
      importedHash: user.importedHash ?? false,
      disabled: user.disabled,
      grants: user.grants ?? DEFAULT_GRANTS,
      generation: newGeneration(),
      createdAt: now,
      updatedAt: now,
    };
    try {
      await this.users.insert(row);
    } catch (error) {
      if (isUniqueViolation(error)) throw taken(user.username);
      throw error;
    }
    this.feed.announce();
    return row;
  }

  /**
   * Disabling a user also ends all sessions, so that enabling does not restore them.
   * @param condition must hold for the row when it is changed
   * @returns false if the condition does not hold
   * @throws ApiError `not_found`
   */
  change(username: string, change: UserChange, condition?: Condition): Promise<boolean> {
    const ending = change.disabled ? { generation: () => 'generation + 1' } : {};
    return this.update(username, { ...change, ...ending }, condition);
  }

  /**
   * Also ends all sessions.
   * @param field name of the password in error messages
   * @throws ApiError `not_found` or `validation_failed`
   */
  async setPassword(username: string, password: string, field = 'password'): Promise<void> {
    await this.checkPassword(password, await this.get(username), field);
    const hashedPassword = await hashPassword(password);
    await this.update(username, { hashedPassword, importedHash: false, generation: () => 'generation + 1' });
  }

  /** @returns false if the condition does not hold for the row @throws ApiError `not_found` */
  async remove(username: string, condition: Condition): Promise<boolean> {
    const affected = await this.atomically(async (manager) => {
      const query = manager.createQueryBuilder().delete().from(User);
      const { sql, parameters } = condition;
      return (await whereUser(query, username).andWhere(sql, parameters).execute()).affected;
    });
    return this.announced(affected, username);
  }

  private async update(
    username: string,
    change: QueryDeepPartialEntity<User>,
    condition?: Condition,
  ): Promise<boolean> {
    const updatedAt = new Date().toISOString();
    const affected = await this.atomically(async (manager) => {
      const query = whereUser(
        manager
          .createQueryBuilder()
          .update(User)
          .set({ ...change, updatedAt }),
        username,
      );
      if (condition) query.andWhere(condition.sql, condition.parameters);
      return (await query.execute()).affected;
    });
    return this.announced(affected, username);
  }

  private async announced(affected: number | null | undefined, username: string): Promise<boolean> {
    if (affected) this.feed.announce();
    else await this.get(username);
    return Boolean(affected);
  }

  private atomically<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return oneAtATime(this.users.manager, 'users', work);
  }

  private async checkPassword(password: string, owner: PasswordOwner, field = 'password'): Promise<void> {
    const fault = await passwordFault(password, owner, this.config.passwordMinLength);
    if (fault) throw invalidField(field, fault);
  }
}

const whereUser = <Q extends { where(sql: string, parameters: object): Q }>(query: Q, username: string): Q =>
  query.where('username_key = :key', { key: usernameKey(username) });

/** Compares characters instead of using LIKE, because a name may contain its wildcards. */
const withPrefix = (query: SelectQueryBuilder<User>, prefix: string) =>
  query.andWhere('substr(user.usernameKey, 1, :length) = :prefix', { length: [...prefix].length, prefix });

const taken = (username: string): ApiError => new ApiError('conflict', `user ${username} already exists`);

function noSuchUser(username: string): never {
  throw new ApiError('not_found', `user ${username} not found`);
}
