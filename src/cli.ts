import 'reflect-metadata';
import { Command, CommanderError } from 'commander';
import { logCommands } from './cli/log.js';
import { modelsCommands } from './cli/models.js';
import { quotasCommands } from './cli/quotas.js';
import { reportAndExit } from './cli/report.js';
import { serveCommand } from './cli/serve.js';
import { trainCommand } from './cli/train.js';
import { usersCommands } from './cli/users.js';
import { VERSION } from './common/program.js';

const program = new Command('modelgate')
  .description(
    'Serves trained models behind a login, with rate limits and an audit record of every prediction.',
  )
  .version(VERSION)
  // An option belongs to the command before it: `models show NAME --version 2` is not about ours.
  .enablePositionalOptions()
  .showHelpAfterError('(see --help)')
  .configureHelp({ showGlobalOptions: true });

for (const command of [
  serveCommand(),
  modelsCommands(),
  usersCommands(),
  quotasCommands(),
  logCommands(),
  trainCommand(),
])
  program.addCommand(command);
inherit(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode);
  reportAndExit(error);
}

/** Commander passes settings on to commands that it makes itself only. */
function inherit(parent: Command): void {
  for (const command of parent.commands) inherit(command.copyInheritedSettings(parent));
}
