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

/** The session's user, in its current state. */
export type Owner = Pick<User, 'id' | 'generation'>;

export interface Login {
  readonly scope: string;
  readonly clientId?: string;
  readonly address: string;
  readonly userAgent?: string;
}

export interface OpenSession {
  readonly session: Session;
  /** Sent to the client once; only hashes are stored. */
  readonly refreshToken: string;
}

const USER_AGENT_LIMIT = 256;

/**
 * Sessions and their refresh tokens (RFC 6749 section 6), with rotation and detection of reuse (RFC 9700 section
 * 4.14.2). The end of a session takes effect at the next request to any process.
 */
@Injectable()
export class SessionsService {
  constructor(
    @InjectRepository(Session) private readonly sessions: Repository<Session>,
    private readonly feed: AccessFeed,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Opens a session. If the user has too many, the least recently used one ends. */
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
   * Replaces the current refresh token by the next one.
   * @returns undefined if another request replaced it first
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

  /** Ends one session. @param userId if given, the session must be this user's @returns whether there was one */
  async end(id: string, userId?: string): Promise<boolean> {
    return (await this.delete({ id, ...(userId !== undefined && { userId }) })) > 0;
  }

  /** Ends all sessions of a user, except one if it is given. @returns how many sessions ended */
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

  /** Each use postpones the expiry, up to the absolute limit. */
  private expiry(now: Date, createdAt: Date): string {
    const { refreshSeconds, sessionSeconds } = this.config;
    const end = Math.min(now.getTime() + refreshSeconds * 1000, createdAt.getTime() + sessionSeconds * 1000);
    return new Date(end).toISOString();
  }

  /** Expired sessions are rejected anyway; this frees their rows. */
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
