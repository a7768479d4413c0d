import type { Session } from '../auth/sessions/session.entity.js';
import type { SessionView } from './sessions.schema.js';

/** A session as its user and administrators see it. @param currentId the session of the caller */
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
