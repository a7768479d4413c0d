import { Command } from 'commander';
import { StartError } from '../common/errors.js';
import { validated } from '../common/validated.js';
import { CommandTrail } from '../trail/command-trail.js';
import { QuotaStore, type QuotaSubject, subjectText } from '../quotas/quota-store.js';
import { QUOTA_LIMITS, QUOTA_PATH } from '../quotas/quotas.schema.js';
import { withContext, withDataDir } from './context.js';
import { table } from './table.js';

interface Options {
  dataDir?: string;
  perMinute?: string;
  perDay?: string;
}

const SUBJECT = 'user:NAME, service:CLIENT_ID, external:NAME, model:NAME or default';

export function quotasCommands(): Command {
  const quotas = new Command('quotas').description(
    'Manage quotas of predicted rows. A running server follows at once.',
  );
  for (const command of [listCommand(), setCommand(), removeCommand()]) quotas.addCommand(command);
  return quotas;
}

function listCommand(): Command {
  return withDataDir(new Command('list'))
    .description('List all quotas.')
    .action(async (options: Options) => {
      const quotas = await withContext(options, (context) => context.get(QuotaStore).list());
      const rows = quotas.map((quota) => [
        subjectText(quota),
        rowsText(quota.rowsPerMinute),
        rowsText(quota.rowsPerDay),
      ]);
      process.stdout.write(table(['QUOTA OF', 'ROWS PER MINUTE', 'ROWS PER DAY'], rows));
    });
}

const rowsText = (rows: number): string => (rows === 0 ? 'unlimited' : String(rows));

function setCommand(): Command {
  return withDataDir(new Command('set'))
    .description('Set a quota. It applies from the next request on.')
    .argument('<subject>', SUBJECT)
    .requiredOption('--per-minute <rows>', 'rows per minute, 0 for unlimited')
    .requiredOption('--per-day <rows>', 'rows per day (UTC), 0 for unlimited')
    .action(async (text: string, options: Options) => {
      const subject = parseSubject(text);
      const request = { rows_per_minute: Number(options.perMinute), rows_per_day: Number(options.perDay) };
      const limits = validated(QUOTA_LIMITS, request);
      await withContext(options, async (context) => {
        await context.get(QuotaStore).set(subject, {
          rowsPerMinute: limits.rows_per_minute,
          rowsPerDay: limits.rows_per_day,
        });
        await context.get(CommandTrail).record('quota.set', { target: subjectText(subject), request });
      });
      process.stdout.write(
        `${text}: ${rowsText(limits.rows_per_minute)} per minute, ${rowsText(limits.rows_per_day)} per day\n`,
      );
    });
}

function removeCommand(): Command {
  return withDataDir(new Command('remove'))
    .description('Remove a quota.')
    .argument('<subject>', SUBJECT)
    .action(async (text: string, options: Options) => {
      const subject = parseSubject(text);
      await withContext(options, async (context) => {
        await context.get(QuotaStore).remove(subject);
        await context.get(CommandTrail).record('quota.remove', { target: subjectText(subject) });
      });
      process.stdout.write(`removed the quota of ${text}\n`);
    });
}

function parseSubject(text: string): QuotaSubject {
  if (text === 'default') return { kind: 'default', name: '' };
  const separator = text.indexOf(':');
  if (separator === -1) throw new StartError(`expected ${SUBJECT}`);
  const subject = { kind: text.slice(0, separator), name: text.slice(separator + 1) };
  return validated(QUOTA_PATH, subject, 'path');
}
