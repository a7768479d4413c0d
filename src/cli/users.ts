import { Command } from 'commander';
import { unknownGrants } from '../auth/scopes.js';
import { StartError } from '../common/errors.js';
import { importReferenceUsers } from '../users/import-reference-users.js';
import { UsersService } from '../users/users.service.js';
import { withContext, withDataDir } from './context.js';
import { readPassword } from './password.js';
import { table } from './table.js';

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
    'read the password from standard input instead of asking for it',
  );

const inUsers = <T>(options: Options, work: (users: UsersService) => Promise<T>): Promise<T> =>
  withContext(options, (context) => work(context.get(UsersService)));

export function usersCommands(): Command {
  const users = new Command('users').description('Manage who may log in.');
  users.addCommand(addCommand());
  users.addCommand(listCommand());
  users.addCommand(switchCommand('disable', 'Refuse a user from the next call on.', true));
  users.addCommand(switchCommand('enable', 'Let a disabled user in again.', false));
  users.addCommand(passwdCommand());
  users.addCommand(importCommand());
  return users;
}

function addCommand(): Command {
  return withPassword(new Command('add'))
    .description('Add a user.')
    .argument('<username>')
    .option('--full-name <name>')
    .option('--email <address>')
    .option('--role <name...>', 'predictor, viewer, operator, auditor or admin (default predictor)')
    .option('--scope <scope...>', 'single scopes, such as predict:diabetes')
    .action(async (username: string, options: Options) => {
      const grants = grantsOf(options);
      const password = await readPassword(options.passwordStdin ?? false);
      await inUsers(options, (service) =>
        service.add({ username, password, fullName: options.fullName, email: options.email, grants }),
      );
      process.stdout.write(`added ${username}\n`);
    });
}

function grantsOf({ role = [], scope = [] }: Options): string | undefined {
  const grants = [...role.map((name) => `role:${name}`), ...scope].join(' ');
  const unknown = unknownGrants(grants);
  if (unknown.length > 0) throw new StartError(`no such role or scope: ${unknown.join(', ')}`);
  return grants || undefined;
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
      await inUsers(options, (service) => service.setDisabled(username, disabled));
      process.stdout.write(`${name}d ${username}\n`);
    });
}

function passwdCommand(): Command {
  return withPassword(new Command('passwd'))
    .description("Set a user's password, which ends all of the user's sessions.")
    .argument('<username>')
    .action(async (username: string, options: Options) => {
      const password = await readPassword(options.passwordStdin ?? false);
      await inUsers(options, (service) => service.setPassword(username, password));
      process.stdout.write(`changed the password of ${username}\n`);
    });
}

function importCommand(): Command {
  return withDataDir(new Command('import'))
    .description('Take over the users of a reference-app database (SQLite, table users). Can be run again.')
    .argument('<file>')
    .action(async (file: string, options: Options) => {
      const { added, skipped } = await inUsers(options, (service) => importReferenceUsers(file, service));
      for (const { username, reason } of skipped) process.stdout.write(`skipped ${username}: ${reason}\n`);
      process.stdout.write(`added ${added.length}, skipped ${skipped.length}\n`);
    });
}
