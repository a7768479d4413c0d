import 'reflect-metadata';
import { Command, CommanderError } from 'commander';
import { reportAndExit } from './cli/report.js';
import { VERSION } from './common/program.js';

/** Commands are loaded when they are used, so that each loads only what it needs. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./cli/serve.js')).serveCommand(),
  predict: async () => (await import('./cli/predict.js')).predictCommand(),
  models: async () => (await import('./cli/models.js')).modelsCommands(),
  users: async () => (await import('./cli/users.js')).usersCommands(),
  'service-accounts': async () => (await import('./cli/service-accounts.js')).serviceAccountsCommands(),
  quotas: async () => (await import('./cli/quotas.js')).quotasCommands(),
  keys: async () => (await import('./cli/keys.js')).keysCommands(),
  backup: async () => (await import('./cli/backup.js')).backupCommand(),
  restore: async () => (await import('./cli/backup.js')).restoreCommand(),
  audit: async () => (await import('./cli/audit.js')).auditCommands(),
  log: async () => (await import('./cli/log.js')).logCommands(),
  train: async () => (await import('./cli/train.js')).trainCommand(),
};

const program = new Command('modelgate')
  .description('Serves trained models with logins, rate limits and an audit record of every prediction.')
  .version(VERSION)
  // Options belong to the command before them: in `models show NAME --version 2`, the option is not the
  // program's own.
  .enablePositionalOptions()
  .showHelpAfterError('(see --help)')
  .configureHelp({ showGlobalOptions: true });

const [, , called = ''] = process.argv;
const commands = Object.entries(COMMANDS);
const named = commands.filter(([name]) => name === called);
for (const [, load] of named.length > 0 ? named : commands) program.addCommand(await load());
inherit(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode);
  reportAndExit(error);
}

/** Commander copies settings only to commands that it creates itself. */
function inherit(parent: Command): void {
  for (const command of parent.commands) inherit(command.copyInheritedSettings(parent));
}
