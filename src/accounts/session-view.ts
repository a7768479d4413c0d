import type { Session } from '../auth/sessions/session.entity.js';

/** A session as its user and administrators see it. Times are ISO 8601, UTC. */
export interface SessionView {
  readonly id: string;
  readonly client_id: string | null;
  readonly scope: string;
  /** Where the login came from. */
  readonly address: string;
  readonly user_agent: string;
  readonly created_at: string;
  /** When the login was, or the last refresh. */
  readonly used_at: string;
  readonly expires_at: string;
  /** Whether the token of this call belongs to it. */
  readonly current: boolean;
}

export interface SessionListView {
  readonly sessions: readonly SessionView[];
}

export interface EndedView {
  /** How many sessions ended. */
  readonly ended: number;
}

export const sessionView = (session: Session, currentId?: string): SessionView => ({
  id: session.id,
  client_id: session.clientId,
  scope: session.scope,
  address: session.address,
  user_agent: session.userAgent,
  created_at: session.createdAt,
  used_at: session.usedAt,
  expires_at: session.expiresAt,
  current: session.id === currentId,
});
