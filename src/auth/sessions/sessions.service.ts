import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type FindOptionsWhere, In, LessThanOrEqual, MoreThan, Not, type Repository } from 'typeorm';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { AccessFeed } from '../../database/feeds.js';
import type { User } from '../../users/user.entity.js';
import { sameHash } from '../tokens/random-secret.js';
import { newRefreshToken, parseRefreshToken } from './refresh-token.js';
import { Session } from './session.entity.js';

/** Whose session: its user, as the user is now. */
export type Owner = Pick<User, 'id' | 'generation'>;

export interface Login {
  readonly scope: string;
  readonly clientId?: string;
  readonly address: string;
  readonly userAgent?: string;
}

export interface OpenSession {
  readonly session: Session;
  /** Shown to the client once; only hashes are kept. */
  readonly refreshToken: string;
}

const USER_AGENT_LIMIT = 256;

/**
 * Sessions and their refresh tokens: RFC 6749 section 6, with the rotation and the detection of reuse of RFC 9700
 * section 4.14.2. Whatever ends a session holds at the next call of every process.
 */
@Injectable()
export class SessionsService {
  constructor(
    @InjectRepository(Session) private readonly sessions: Repository<Session>,
    private readonly feed: AccessFeed,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Opens a session; the user's one that was not used for longest ends when there are too many. */
  async open(user: Owner, login: Login): Promise<OpenSession> {
    const now = new Date();
    const { text, familyHash, tokenHash } = newRefreshToken();
    const session: Session = {
      id: randomUUID(),
      userId: user.id,
      generation: user.generation,
      clientId: login.clientId ?? null,
      scope: login.scope,
      familyHash,
      tokenHash,
      address: login.address,
      userAgent: (login.userAgent ?? '').slice(0, USER_AGENT_LIMIT),
      createdAt: now.toISOString(),
      usedAt: now.toISOString(),
      expiresAt: this.expiry(now, now),
    };
    await this.sessions.insert(session);
    await this.removeEnded(now);
    await this.keepNewest(user.id);
    return { session, refreshToken: text };
  }

  /** The session to which a refresh token belongs or once belonged, and whether the token is still its current one. */
  async presented(refreshToken: string): Promise<{ session: Session; isCurrent: boolean } | undefined> {
    const token = parseRefreshToken(refreshToken);
    if (!token) return undefined;
    const session = await this.sessions.findOneBy({ familyHash: token.familyHash, ...unexpired() });
    return session ? { session, isCurrent: sameHash(session.tokenHash, token.tokenHash) } : undefined;
  }

  /**
   * Takes the current refresh token in and gives the next one out.
   * @returns undefined when another call took it in first
   */
  async rotate(session: Session, refreshToken: string): Promise<OpenSession | undefined> {
    const now = new Date();
    const { text, tokenHash } = newRefreshToken(parseRefreshToken(refreshToken)?.family);
    const next = {
      tokenHash,
      usedAt: now.toISOString(),
      expiresAt: this.expiry(now, new Date(session.createdAt)),
    };
    const { affected } = await this.sessions.update({ id: session.id, tokenHash: session.tokenHash }, next);
    return affected ? { session: { ...session, ...next }, refreshToken: text } : undefined;
  }

  /** The session of this id, unless it is over. */
  async find(id: string, user: Owner): Promise<Session | null> {
    return this.sessions.findOneBy({ id, ...ownedBy(user), ...unexpired() });
  }

  /** The user's sessions that are not over, the one used last first. */
  listOf(user: Owner): Promise<Session[]> {
    return this.sessions.find({
      where: { ...ownedBy(user), ...unexpired() },
      order: { usedAt: 'DESC', id: 'DESC' },
    });
  }

  /** Ends one session. @returns whether there was one: of this user, where one is given */
  async end(id: string, userId?: string): Promise<boolean> {
    return (await this.delete({ id, ...(userId !== undefined && { userId }) })) > 0;
  }

  /** Logs a user out everywhere, but for one session where it is given. @returns how many sessions ended */
  async endAllOf(user: Owner, exceptId?: string): Promise<number> {
    const ended = await this.listOf(user);
    await this.delete({ userId: user.id, ...(exceptId !== undefined && { id: Not(exceptId) }) });
    return ended.filter(({ id }) => id !== exceptId).length;
  }

  private async delete(which: FindOptionsWhere<Session>): Promise<number> {
    const { affected } = await this.sessions.delete(which);
    if (affected) this.feed.announce();
    return affected ?? 0;
  }

  /** Each use moves the end on, up to the absolute limit. */
  private expiry(now: Date, createdAt: Date): string {
    const { refreshSeconds, sessionSeconds } = this.config;
    const end = Math.min(now.getTime() + refreshSeconds * 1000, createdAt.getTime() + sessionSeconds * 1000);
    return new Date(end).toISOString();
  }

  /** What has expired is refused already; this gives its room back. */
  private async removeEnded(now: Date): Promise<void> {
    await this.sessions.delete({ expiresAt: LessThanOrEqual(now.toISOString()) });
  }

  private async keepNewest(userId: string): Promise<void> {
    const tooMany = await this.sessions.find({
      select: { id: true },
      where: { userId },
      order: { usedAt: 'DESC', createdAt: 'DESC' },
      skip: this.config.sessionsPerUser,
      take: 100,
    });
    if (tooMany.length > 0) await this.delete({ id: In(tooMany.map(({ id }) => id)) });
  }
}

const ownedBy = ({ id, generation }: Owner): FindOptionsWhere<Session> => ({ userId: id, generation });

const unexpired = (): FindOptionsWhere<Session> => ({ expiresAt: MoreThan(new Date().toISOString()) });
