import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command, Option } from 'commander';
import { DataSource } from 'typeorm';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { settleJournals } from '../logging/journal-recovery.js';
import { exportLines, type ExportFormat } from '../logging/audit-export.js';
import { withContext, withDataDir } from './context.js';

interface Options {
  dataDir?: string;
  format: ExportFormat;
  output?: string;
}

export function logCommands(): Command {
  const log = new Command('log').description('Work with the audit trail.');
  log.addCommand(
    withDataDir(new Command('export'))
      .description('Write all records, oldest first.')
      .addOption(
        new Option('--format <format>', "csv begins with the reference app's columns")
          .choices(['csv', 'ndjson'])
          .default('csv'),
      )
      .option('--output <path>', 'a file instead of standard output')
      .action((options: Options) =>
        withContext(options, async (context) => {
          await settleJournals(context.get<Config>(CONFIG));
          const lines = Readable.from(exportLines(context.get(DataSource), options.format));
          await (options.output === undefined
            ? pipeline(lines, process.stdout, { end: false })
            : pipeline(lines, createWriteStream(options.output, { mode: 0o600 })));
        }),
      ),
  );
  return log;
}
