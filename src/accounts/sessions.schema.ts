import { z } from 'zod';
import { timestamp } from '../common/fields.js';
import { pageQuery, pageSchema } from '../common/page.js';

export const SESSION_QUERY = z.strictObject(pageQuery(2));
export type SessionQuery = z.output<typeof SESSION_QUERY>;

export const LOGOUT_QUERY = z.strictObject({
  except: z
    .literal('current', 'must be current')
    .optional()
    .describe("`current` keeps the session of this request's token"),
});
export type LogoutQuery = z.output<typeof LOGOUT_QUERY>;

const id = z.string().describe('Of the session');

export const OWN_SESSION_PATH = z.object({ id });
export type OwnSessionPath = z.output<typeof OWN_SESSION_PATH>;

export const SESSION_PATH = z.object({ username: z.string().meta({ examples: ['alice'] }), id });
export type SessionPath = z.output<typeof SESSION_PATH>;

export const SESSION = z
  .object({
    id: z.string(),
    client_id: z.string().nullable().describe('The client, if it named itself'),
    scope: z.string().meta({ examples: ['predict models:read'] }),
    address: z.string().describe('Address of the client that logged in'),
    user_agent: z.string(),
    created_at: timestamp,
    used_at: timestamp.describe('Time of the login or of the last refresh'),
    expires_at: timestamp,
    current: z.boolean().describe('True if the token of this request belongs to it'),
  })
  .meta({ id: 'Session' });
export type SessionView = z.output<typeof SESSION>;

export const SESSION_PAGE = pageSchema('SessionPage', SESSION);

export const ENDED_SESSIONS = z
  .object({
    ended: z
      .int()
      .describe('Number of ended sessions')
      .meta({ examples: [2] }),
  })
  .meta({ id: 'EndedSessions' });
export type EndedView = z.output<typeof ENDED_SESSIONS>;
