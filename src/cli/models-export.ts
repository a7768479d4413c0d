import { Command } from 'commander';
import { ModelCatalog } from '../models/model-catalog.js';
import { ModelFiles } from '../models/model-files.js';
import { exportPackage } from '../packages/exported.js';
import { withContext, withDataDir } from './context.js';
import { writeOutput } from './output-file.js';

interface Options {
  dataDir?: string;
  version?: string;
  output?: string;
}

export function exportCommand(): Command {
  return withDataDir(new Command('export'))
    .description(
      'Write a version as one file, which "modelgate models import" takes on another installation, with its features, ranges and metrics.',
    )
    .argument('<name>')
    .option('--version <number>', 'default: the live version')
    .option('--output <file>', 'default: NAME-VERSION.zip in the current folder; - for standard output')
    .action((name: string, options: Options) =>
      withContext(options, async (context) => {
        const catalog = context.get(ModelCatalog);
        const { liveVersion } = await catalog.get(name);
        const version = await catalog.version(name, options.version ?? liveVersion);
        const path = options.output ?? `${name}-${version.version}.zip`;
        const bytes = exportPackage(context.get(ModelFiles).dirOf(version));
        await writeOutput(bytes, path === '-' ? undefined : path);
        if (path !== '-')
          process.stdout.write(`${path}: ${name} version ${version.version}: ${version.description}\n`);
      }),
    );
}
