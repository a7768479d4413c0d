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

const SUBJECT = 'user:NAME, service_account:CLIENT_ID, model:NAME or default';

export function quotasCommands(): Command {
  const quotas = new Command('quotas').description(
    'Manage how many rows may be predicted. A running server follows at once.',
  );
  for (const command of [listCommand(), setCommand(), removeCommand()]) quotas.addCommand(command);
  return quotas;
}

function listCommand(): Command {
  return withDataDir(new Command('list'))
    .description('List the quotas.')
    .action(async (options: Options) => {
      const quotas = await withContext(options, (context) => context.get(QuotaStore).list());
      const rows = quotas.map((quota) => [
        subjectText(quota),
        rowsText(quota.rowsPerMinute),
        rowsText(quota.rowsPerDay),
      ]);
      process.stdout.write(table(['QUOTA OF', 'ROWS A MINUTE', 'ROWS A DAY'], rows));
    });
}

const rowsText = (rows: number): string => (rows === 0 ? 'no limit' : String(rows));

function setCommand(): Command {
  return withDataDir(new Command('set'))
    .description('Set a quota; it holds from the next call on.')
    .argument('<subject>', SUBJECT)
    .requiredOption('--per-minute <rows>', 'rows a minute, 0 for no limit')
    .requiredOption('--per-day <rows>', 'rows a day (UTC), 0 for no limit')
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
        `${text}: ${rowsText(limits.rows_per_minute)} a minute, ${rowsText(limits.rows_per_day)} a day\n`,
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
  if (separator === -1) throw new StartError(`a quota is for ${SUBJECT}`);
  const subject = { kind: text.slice(0, separator), name: text.slice(separator + 1) };
  return validated(QUOTA_PATH, subject, 'path');
}
