import { Injectable } from '@nestjs/common';
import { SessionsService } from '../auth/sessions/sessions.service.js';
import { ApiError } from '../common/errors.js';
import { mapPage, type Page, pageInMemory } from '../common/page.js';
import type { User } from '../users/user.entity.js';
import { sessionView } from './session-view.js';
import type { EndedView, SessionQuery, SessionView } from './sessions.schema.js';

/** What a user or an administrator may do with the sessions of one user. */
@Injectable()
export class SessionAdministration {
  constructor(private readonly sessions: SessionsService) {}

  /** @param currentId the session of the caller */
  async page(user: User, query: SessionQuery, currentId?: string): Promise<Page<SessionView>> {
    // Unpaged: MODELGATE_SESSIONS_PER_USER limits their number.
    const all = await this.sessions.listOf(user);
    const page = pageInMemory(all, query, ({ usedAt, id }) => [usedAt, id], 'descending');
    return mapPage(page, (session) => sessionView(session, currentId));
  }

  /** All sessions, the one used last first. */
  async list(user: User): Promise<SessionView[]> {
    return (await this.sessions.listOf(user)).map((session) => sessionView(session));
  }

  /** @throws ApiError `not_found` if the session is not the user's */
  async end(user: User, id: string): Promise<void> {
    if (!(await this.sessions.end(id, user.id))) throw new ApiError('not_found', 'session not found');
  }

  /** Ends all sessions of the user, except one if its id is given. */
  async endAll(user: User, exceptId?: string): Promise<EndedView> {
    return { ended: await this.sessions.endAllOf(user, exceptId) };
  }
}
