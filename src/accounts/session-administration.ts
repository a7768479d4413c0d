import { Injectable } from '@nestjs/common';
import { SessionsService } from '../auth/sessions/sessions.service.js';
import { ApiError } from '../common/errors.js';
import type { User } from '../users/user.entity.js';
import { type EndedView, type SessionListView, sessionView } from './session-view.js';

/** What may be done with the sessions of one user, by the user or by an administrator. */
@Injectable()
export class SessionAdministration {
  constructor(private readonly sessions: SessionsService) {}

  /** @param currentId the session of the caller */
  async list(user: User, currentId?: string): Promise<SessionListView> {
    const found = await this.sessions.listOf(user);
    return { sessions: found.map((session) => sessionView(session, currentId)) };
  }

  /** @throws ApiError `not_found` where the user has no such session, whoever else may have it */
  async end(user: User, id: string): Promise<void> {
    if (!(await this.sessions.end(id, user.id))) throw new ApiError('not_found', 'session not found');
  }

  /** Logs the user out everywhere, but for one session where its id is given. */
  async endAll(user: User, exceptId?: string): Promise<EndedView> {
    return { ended: await this.sessions.endAllOf(user, exceptId) };
  }
}
