import { Command, Option } from 'commander';
import { AuditQuery } from '../audit/audit-query.service.js';
import { exportStream, type ExportFormat } from '../trail/audit-export.js';
import { filterOf, type FilterOptions, withFilters } from './audit-filters.js';
import { withDataDir } from './context.js';
import { writeOutput } from './output-file.js';
import { withTrail } from './with-trail.js';

interface Options extends FilterOptions {
  dataDir?: string;
  format: ExportFormat;
  output?: string;
}

export function logCommands(): Command {
  const log = new Command('log').description('Export the audit trail.');
  log.addCommand(
    withFilters(withDataDir(new Command('export')))
      .description('Write all matching records, oldest first.')
      .addOption(
        new Option('--format <format>', "csv starts with the reference app's columns")
          .choices(['csv', 'ndjson'])
          .default('csv'),
      )
      .option('--output <path>', 'write to a file instead of standard output')
      .action((options: Options) =>
        withTrail(options, async (context) => {
          const text = exportStream(context.get(AuditQuery).pages(filterOf(options)), options.format);
          await writeOutput(text, options.output);
        }),
      ),
  );
  return log;
}
