import { Command } from 'commander';
import { CommandTrail } from '../trail/command-trail.js';
import { readManifest } from '../packages/manifest.js';
import { ModelCatalog } from '../models/model-catalog.js';
import { ModelFiles } from '../models/model-files.js';
import { manifestView } from '../models/model-view.js';
import type { ModelVersion } from '../models/model-version.entity.js';
import { withContext, withDataDir } from './context.js';
import { adoptCommand } from './models-adopt.js';
import { exportCommand } from './models-export.js';
import { importCommand } from './models-import.js';
import { redactCommand } from './models-redact.js';
import { table } from './table.js';

interface Options {
  dataDir?: string;
  version?: string;
}

/** Changes the catalogue and records the change. */
const changing = (
  options: Options,
  action: string,
  target: string,
  work: (catalog: ModelCatalog) => Promise<{ version?: number; digest?: string }>,
): Promise<void> =>
  withContext(options, async (context) => {
    const request = await work(context.get(ModelCatalog));
    const { version, digest } = request;
    const model = { name: target, version, digest };
    await context.get(CommandTrail).record(action, { target, model, request: version ? { version } : {} });
  });

const versionFacts = ({ version, digest }: ModelVersion): { version: number; digest: string } => ({
  version,
  digest,
});

const inCatalog = <T>(options: Options, work: (catalog: ModelCatalog) => Promise<T>): Promise<T> =>
  withContext(options, (context) => work(context.get(ModelCatalog)));

export function modelsCommands(): Command {
  const models = new Command('models').description(
    'Manage models and their versions. A running server follows at once.',
  );
  for (const command of [
    importCommand(),
    exportCommand(),
    listCommand(),
    showCommand(),
    promoteCommand(),
    rollbackCommand(),
    removeCommand(),
    redactCommand(),
    adoptCommand(),
    inspectCommand(),
  ])
    models.addCommand(command);
  return models;
}

function listCommand(): Command {
  return withDataDir(new Command('list'))
    .description('List the models.')
    .action(async (options: Options) => {
      const models = await inCatalog(options, (catalog) => catalog.list());
      const rows = models.flatMap((model) =>
        model.versions.map((version) => [
          model.name,
          String(version.version),
          version.version !== model.liveVersion ? '' : model.loaded ? 'live' : 'unloaded',
          version.runtime,
          version.description,
        ]),
      );
      process.stdout.write(table(['MODEL', 'VERSION', 'STATE', 'RUNTIME', 'DESCRIPTION'], rows));
    });
}

function showCommand(): Command {
  return withDataDir(new Command('show'))
    .description("Show a model's signature, composition and provenance, as JSON.")
    .argument('<name>')
    .option('--version <number>', 'default: the live version')
    .action(async (name: string, options: Options) => {
      const shown = await withContext(options, async (context) => {
        const model = await context.get(ModelCatalog).get(name);
        const version = await context.get(ModelCatalog).version(name, options.version ?? model.liveVersion);
        const manifest = await readManifest(context.get(ModelFiles).dirOf(version));
        const { digest, bytes, createdAt } = version;
        return {
          name,
          version: String(version.version),
          runtime: manifest.runtime,
          digest,
          bytes,
          created_at: createdAt,
          ...manifestView(manifest),
        };
      });
      process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
      if (shown.signature?.unnamed === true) process.stderr.write(UNNAMED);
    });
}

const UNNAMED =
  'The file holds no feature names; those shown were made up. To name them, import it again with --feature-names a,b,… or --schema FILE.csv.\n';

function promoteCommand(): Command {
  return withDataDir(new Command('promote'))
    .description('Make a version live.')
    .argument('<name>')
    .argument('<version>')
    .action(async (name: string, version: string, options: Options) => {
      await changing(options, 'model.promote', name, async (catalog) => {
        return versionFacts(await catalog.promote(name, version));
      });
      process.stdout.write(`${name}: version ${version} is live\n`);
    });
}

function rollbackCommand(): Command {
  return withDataDir(new Command('rollback'))
    .description('Roll back to the previously live version.')
    .argument('<name>')
    .action(async (name: string, options: Options) => {
      await changing(options, 'model.rollback', name, async (catalog) => {
        const version = await catalog.rollback(name);
        process.stdout.write(`${name}: version ${version.version} is live\n`);
        return versionFacts(version);
      });
    });
}

function removeCommand(): Command {
  return withDataDir(new Command('remove'))
    .description('Remove a model with all its versions, or one version that is not live.')
    .argument('<name>')
    .option('--version <number>')
    .action(async (name: string, options: Options) => {
      const { version } = options;
      await changing(options, 'model.remove', name, async (catalog) => {
        const found = version === undefined ? undefined : await catalog.version(name, version);
        await catalog.remove(name, found?.version);
        return found ? versionFacts(found) : {};
      });
      process.stdout.write(
        `removed ${name}${options.version === undefined ? '' : ` version ${options.version}`}\n`,
      );
    });
}

function inspectCommand(): Command {
  return new Command('inspect')
    .description(
      'Show what a model file holds without importing it, and every class that a pickle names, a hostile one too. Nothing in it is run.',
    )
    .argument('<file>')
    .action(async (file: string) => {
      const { inspectModel } = await import('../formats/inspect.js');
      process.stdout.write(`${JSON.stringify(await inspectModel(file), null, 2)}\n`);
    });
}
