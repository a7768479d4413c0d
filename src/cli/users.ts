import type { INestApplicationContext } from '@nestjs/common';
import { Command } from 'commander';
import { checkedGrants } from '../accounts/grants.js';
import { UserAdministration } from '../accounts/user-administration.js';
import { userView } from '../accounts/user-view.js';
import { StartError } from '../common/errors.js';
import { CommandTrail } from '../trail/command-trail.js';
import { importReferenceUsers, type ImportReport } from '../users/import-reference-users.js';
import { UsersService } from '../users/users.service.js';
import { withContext, withDataDir } from './context.js';
import { readPassword } from './password.js';
import { table } from './table.js';
import { logoutCommand, sessionsCommand } from './user-sessions.js';

interface Options {
  dataDir?: string;
  passwordStdin?: boolean;
  fullName?: string;
  email?: string;
  role?: string[];
  scope?: string[];
}

const withPassword = (command: Command): Command =>
  withDataDir(command).option(
    '--password-stdin',
    'read the password from standard input instead of prompting',
  );

const inUsers = <T>(options: Options, work: (users: UsersService) => Promise<T>): Promise<T> =>
  withContext(options, (context) => work(context.get(UsersService)));

/** Changes a user and records the change. @param request the arguments, without secrets */
const administer = (
  options: Options,
  action: string,
  target: string,
  work: (users: UserAdministration) => Promise<unknown>,
  request?: object,
): Promise<void> =>
  withContext(options, async (context) => {
    await work(context.get(UserAdministration));
    await context.get(CommandTrail).record(action, { target, request });
  });

export function usersCommands(): Command {
  const users = new Command('users').description('Manage users.');
  users.addCommand(addCommand());
  users.addCommand(listCommand());
  users.addCommand(showCommand());
  users.addCommand(setCommand());
  users.addCommand(
    switchCommand('disable', 'Disable a user. Their tokens are rejected from the next request on.', true),
  );
  users.addCommand(switchCommand('enable', 'Enable a disabled user.', false));
  users.addCommand(passwdCommand());
  users.addCommand(sessionsCommand());
  users.addCommand(logoutCommand());
  users.addCommand(removeCommand());
  users.addCommand(importCommand());
  return users;
}

/** Adds the options for a user's data and grants. */
const withFacts = (command: Command): Command =>
  command
    .option('--full-name <name>')
    .option('--email <address>')
    .option('--role <name...>', 'predictor, viewer, operator, auditor or admin')
    .option('--scope <scope...>', 'single scopes, for example predict:diabetes');

interface Facts {
  readonly fullName?: string;
  readonly email?: string;
  readonly grants?: string;
}

/** @throws ApiError `validation_failed` for an unknown role or scope */
function factsOf({ fullName, email, role = [], scope = [] }: Options): Facts {
  const grants = checkedGrants([...role.map((name) => `role:${name}`), ...scope].join(' '));
  return { fullName, email, grants: grants || undefined };
}

/** The data under the API's names, for the audit record. */
const recorded = ({ fullName, email, grants }: Facts) => ({ full_name: fullName, email, grants });

function addCommand(): Command {
  return withFacts(withPassword(new Command('add')))
    .description('Add a user, with the role predictor unless --role or --scope is given.')
    .argument('<username>')
    .action(async (username: string, options: Options) => {
      const facts = factsOf(options);
      const password = await readPassword(options.passwordStdin ?? false);
      const add = (users: UserAdministration) => users.create({ username, password, ...facts });
      await administer(options, 'user.create', username, add, recorded(facts));
      process.stdout.write(`added ${username}\n`);
    });
}

function setCommand(): Command {
  return withFacts(withDataDir(new Command('set')))
    .description('Change a user. Given roles and scopes replace the existing ones.')
    .argument('<username>')
    .action(async (username: string, options: Options) => {
      const facts = factsOf(options);
      if (Object.values(facts).every((fact) => fact === undefined))
        throw new StartError('nothing to change: use --full-name, --email, --role or --scope');
      const change = (users: UserAdministration) => users.change(username, facts);
      await administer(options, 'user.update', username, change, recorded(facts));
      process.stdout.write(`changed ${username}\n`);
    });
}

function showCommand(): Command {
  return withDataDir(new Command('show'))
    .description('Show a user, as JSON.')
    .argument('<username>')
    .action(async (username: string, options: Options) => {
      const user = await inUsers(options, (users) => users.get(username));
      process.stdout.write(`${JSON.stringify(userView(user), null, 2)}\n`);
    });
}

function removeCommand(): Command {
  return withDataDir(new Command('remove'))
    .description('Remove a user. Their audit records remain.')
    .argument('<username>')
    .action(async (username: string, options: Options) => {
      await administer(options, 'user.delete', username, (users) => users.remove(username));
      process.stdout.write(`removed ${username}\n`);
    });
}

function listCommand(): Command {
  return withDataDir(new Command('list'))
    .description('List the users.')
    .action(async (options: Options) => {
      const found = await inUsers(options, (service) => service.list());
      const rows = found.map((user) => [
        user.username,
        user.fullName,
        user.email,
        user.disabled ? 'disabled' : 'enabled',
        user.grants,
        user.createdAt,
      ]);
      process.stdout.write(table(['USERNAME', 'FULL NAME', 'EMAIL', 'STATE', 'GRANTS', 'CREATED'], rows));
    });
}

function switchCommand(name: string, description: string, disabled: boolean): Command {
  return withDataDir(new Command(name))
    .description(description)
    .argument('<username>')
    .action(async (username: string, options: Options) => {
      await administer(options, `user.${name}`, username, (users) => users.change(username, { disabled }));
      process.stdout.write(`${name}d ${username}\n`);
    });
}

function passwdCommand(): Command {
  return withPassword(new Command('passwd'))
    .description("Set a user's password and end all of the user's sessions.")
    .argument('<username>')
    .action(async (username: string, options: Options) => {
      const password = await readPassword(options.passwordStdin ?? false);
      const set = (users: UserAdministration) => users.setPassword(username, password);
      await administer(options, 'user.password', username, set);
      process.stdout.write(`changed the password of ${username}\n`);
    });
}

function importCommand(): Command {
  return withDataDir(new Command('import'))
    .description('Import the users of a reference-app database (SQLite, table users). Can be run again.')
    .argument('<file>')
    .action(async (file: string, options: Options) => {
      const { added, skipped } = await withContext(options, (context) => importUsers(context, file));
      for (const { username, reason } of skipped) process.stdout.write(`skipped ${username}: ${reason}\n`);
      process.stdout.write(`added ${added.length}, skipped ${skipped.length}\n`);
    });
}

/** Writes a record for each imported user, as for an added one. */
async function importUsers(context: INestApplicationContext, file: string): Promise<ImportReport> {
  const report = await importReferenceUsers(file, context.get(UsersService));
  for (const target of report.added)
    await context.get(CommandTrail).record('user.create', { target, request: { imported: true } });
  return report;
}
