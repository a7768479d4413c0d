import { Command } from 'commander';
import { ServiceAccountAdministration } from '../accounts/service-account-administration.js';
import { NEW_SERVICE_ACCOUNT, type NewSecretView, ROTATION } from '../accounts/service-accounts.schema.js';
import { StartError } from '../common/errors.js';
import { validated } from '../common/validated.js';
import { CommandTrail } from '../trail/command-trail.js';
import { withContext, withDataDir } from './context.js';
import { type GrantOptions, grantsOf, withGrants } from './grants.js';
import { table } from './table.js';

interface Options extends GrantOptions {
  dataDir?: string;
  description?: string;
  overlap?: string;
}

interface Act {
  /** Name of the act in the audit trail. */
  readonly action: string;
  readonly clientId: string;
  /** The command's arguments, without secrets. */
  readonly request?: object;
}

/** Changes a service account and records the change. */
const administer = <T>(
  options: Options,
  { action, clientId, request }: Act,
  work: (accounts: ServiceAccountAdministration) => Promise<T>,
): Promise<T> =>
  withContext(options, async (context) => {
    const result = await work(context.get(ServiceAccountAdministration));
    await context.get(CommandTrail).record(action, { target: clientId, request });
    return result;
  });

export function serviceAccountsCommands(): Command {
  const accounts = new Command('service-accounts').description(
    'Manage service accounts: programs that log in with their own secret.',
  );
  for (const command of [
    addCommand(),
    listCommand(),
    rotateCommand(),
    switchCommand(
      'disable',
      'Disable a service account. Its tokens are rejected from the next request on.',
      true,
    ),
    switchCommand('enable', 'Enable a disabled service account.', false),
    removeCommand(),
  ])
    accounts.addCommand(command);
  return accounts;
}

function addCommand(): Command {
  return withGrants(withDataDir(new Command('add')))
    .description('Add a service account and print its secret, which is shown only once.')
    .argument('<client-id>')
    .option('--description <text>', 'purpose of the account')
    .action(async (clientId: string, options: Options) => {
      const { description } = options;
      const grants = grantsOf(options);
      if (grants === '') throw new StartError('missing rights: use --role or --scope');
      const account = validated(NEW_SERVICE_ACCOUNT, { client_id: clientId, description, grants });
      const act = { action: 'service-account.create', clientId, request: { description, grants } };
      printSecret(await administer(options, act, (accounts) => accounts.create(account)));
    });
}

function rotateCommand(): Command {
  return withDataDir(new Command('rotate'))
    .description('Rotate the secret of a service account and print the new one.')
    .argument('<client-id>')
    .option(
      '--overlap <seconds>',
      'seconds for which the old secret remains valid (default: one day); 0 revokes it at once, with all tokens of the account',
    )
    .action(async (clientId: string, options: Options) => {
      const { overlap } = options;
      const given = overlap === undefined ? {} : { overlap_seconds: overlap.trim() && Number(overlap) };
      const rotation = validated(ROTATION, given);
      const act = { action: 'service-account.rotate', clientId, request: rotation };
      printSecret(await administer(options, act, (accounts) => accounts.rotate(clientId, rotation)));
    });
}

const printSecret = ({ client_id: clientId, client_secret: secret }: NewSecretView): boolean =>
  process.stdout.write(`client_id      ${clientId}\nclient_secret  ${secret}\n`);

function listCommand(): Command {
  return withDataDir(new Command('list'))
    .description('List the service accounts.')
    .action(async (options: Options) => {
      const accounts = await withContext(options, (context) =>
        context.get(ServiceAccountAdministration).list(),
      );
      const rows = accounts.map((account) => [
        account.client_id,
        account.disabled ? 'disabled' : 'enabled',
        account.grants.join(' '),
        account.secret_created_at,
        account.description,
      ]);
      process.stdout.write(table(['CLIENT ID', 'STATE', 'GRANTS', 'SECRET SINCE', 'DESCRIPTION'], rows));
    });
}

function switchCommand(name: 'disable' | 'enable', description: string, disabled: boolean): Command {
  return withDataDir(new Command(name))
    .description(description)
    .argument('<client-id>')
    .action(async (clientId: string, options: Options) => {
      const act = { action: `service-account.${name}`, clientId };
      await administer(options, act, (accounts) => accounts.setDisabled(clientId, disabled));
      process.stdout.write(`${name}d ${clientId}\n`);
    });
}

function removeCommand(): Command {
  return withDataDir(new Command('remove'))
    .description('Remove a service account. Its audit records remain.')
    .argument('<client-id>')
    .action(async (clientId: string, options: Options) => {
      const act = { action: 'service-account.delete', clientId };
      await administer(options, act, (accounts) => accounts.remove(clientId));
      process.stdout.write(`removed ${clientId}\n`);
    });
}
