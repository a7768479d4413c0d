import { Command } from 'commander';
import { ModelFileError } from '../inference/model.js';
import { ModelCatalog } from '../models/model-catalog.js';
import { CommandTrail } from '../trail/command-trail.js';
import { withContext, withDataDir } from './context.js';

export function adoptCommand(): Command {
  return withDataDir(new Command('adopt'))
    .description(
      'Use the data directory with this database: register the model packages that the database does not list. The newest version of a model that is new to the database becomes live.',
    )
    .action((options: { dataDir?: string }) =>
      withContext({ ...options, adopt: true }, async (context) => {
        const catalog = context.get(ModelCatalog);
        for (const key of await catalog.unknown()) {
          const name = `${key.modelName} version ${key.version}`;
          try {
            const { version, digest, description } = await catalog.adopt(key);
            await context
              .get(CommandTrail)
              .record('model.adopt', { target: key.modelName, request: { version, digest } });
            process.stdout.write(`${name}: ${description}\n`);
          } catch (error) {
            if (!(error instanceof ModelFileError)) throw error;
            process.stderr.write(`${name}: ${error.message}\n`);
            process.exitCode = 1;
          }
        }
        for (const { name, liveVersion } of await catalog.list())
          process.stdout.write(`${name}: version ${liveVersion} is live\n`);
      }),
    );
}
