import { Command, Option } from 'commander';
import { KeyRing } from '../auth/keys/key-ring.js';
import { keyViews } from '../auth/keys/key-view.js';
import { ALGORITHMS, type SigningAlgorithm } from '../auth/keys/signing-key.js';
import { CommandTrail } from '../trail/command-trail.js';
import { withContext, withDataDir } from './context.js';
import { table } from './table.js';

interface Options {
  dataDir?: string;
  algorithm?: SigningAlgorithm;
}

export function keysCommands(): Command {
  const keys = new Command('keys').description('Manage the signing keys of tokens.');
  keys.addCommand(listCommand());
  keys.addCommand(rotateCommand());
  keys.addCommand(retireCommand());
  return keys;
}

function listCommand(): Command {
  return withDataDir(new Command('list'))
    .description('List the signing keys, the active one first.')
    .action(async (options: Options) => {
      const views = await withContext(options, (context) => Promise.resolve(keyViews(context.get(KeyRing))));
      const rows = views.map((key) => [
        key.kid,
        key.algorithm,
        key.state,
        key.created_at ?? '',
        key.verifies_until ?? '',
      ]);
      process.stdout.write(table(['KID', 'ALGORITHM', 'STATE', 'CREATED', 'VERIFIES UNTIL'], rows));
    });
}

function rotateCommand(): Command {
  return withDataDir(new Command('rotate'))
    .description('Rotate the signing key. Older keys verify tokens until those have expired.')
    .addOption(
      new Option('--algorithm <name>', 'default: the algorithm of the active key').choices([...ALGORITHMS]),
    )
    .action(async ({ algorithm, ...options }: Options) => {
      const key = await withContext(options, async (context) => {
        const made = await context.get(KeyRing).rotate(algorithm);
        await context
          .get(CommandTrail)
          .record('key.rotate', { target: made.kid, request: { algorithm: made.algorithm } });
        return made;
      });
      process.stdout.write(`rotated: ${key.algorithm} key ${key.kid} is active\n`);
    });
}

function retireCommand(): Command {
  return withDataDir(new Command('retire'))
    .description('Retire a key: its tokens are rejected from the next request on.')
    .argument('<kid>')
    .action(async (kid: string, options: Options) => {
      await withContext(options, async (context) => {
        context.get(KeyRing).retire(kid);
        await context.get(CommandTrail).record('key.retire', { target: kid });
      });
      process.stdout.write(`retired ${kid}\n`);
    });
}
