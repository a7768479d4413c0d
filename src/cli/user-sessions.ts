import { Command } from 'commander';
import { SessionAdministration } from '../accounts/session-administration.js';
import { CommandTrail } from '../trail/command-trail.js';
import type { User } from '../users/user.entity.js';
import { UsersService } from '../users/users.service.js';
import { withContext, withDataDir } from './context.js';
import { table } from './table.js';

interface Options {
  dataDir?: string;
  session?: string;
}

export function sessionsCommand(): Command {
  return withDataDir(new Command('sessions'))
    .description('List the sessions of a user.')
    .argument('<username>')
    .action(async (username: string, options: Options) => {
      const sessions = await withContext(options, async (context) =>
        context.get(SessionAdministration).list(await context.get(UsersService).get(username)),
      );
      const rows = sessions.map((session) => [
        session.id,
        session.created_at,
        session.used_at,
        session.expires_at,
        session.address,
        session.client_id ?? '',
        session.user_agent,
      ]);
      const head = ['SESSION', 'CREATED', 'LAST USED', 'EXPIRES', 'ADDRESS', 'CLIENT', 'USER AGENT'];
      process.stdout.write(table(head, rows));
    });
}

export function logoutCommand(): Command {
  return withDataDir(new Command('logout'))
    .description('End all sessions of a user, or one of them.')
    .argument('<username>')
    .option('--session <id>', 'end only this session')
    .action(async (username: string, options: Options) => {
      const ended = await withContext(options, async (context) => {
        const user = await context.get(UsersService).get(username);
        const sessions = context.get(SessionAdministration);
        const count = await endSessions(sessions, user, options.session);
        const request = { session: options.session, ended: count };
        await context.get(CommandTrail).record('session.end', { target: user.username, request });
        return count;
      });
      process.stdout.write(`ended ${ended} session${ended === 1 ? '' : 's'} of ${username}\n`);
    });
}

async function endSessions(sessions: SessionAdministration, user: User, id?: string): Promise<number> {
  if (id === undefined) return (await sessions.endAll(user)).ended;
  await sessions.end(user, id);
  return 1;
}
