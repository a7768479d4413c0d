import type { Command } from 'commander';
import { type AuditFilter, FILTER_NAMES, parseFilter } from '../audit/audit-filter.js';

export type FilterOptions = Readonly<Record<string, unknown>> & { feature?: string[] };

const FLAGS: Readonly<Record<(typeof FILTER_NAMES)[number], [flag: string, description: string]>> = {
  from: ['--from <time>', 'a date or a time (UTC unless it names a zone), included'],
  to: ['--to <time>', 'a date or a time, not included'],
  user: ['--user <name>', 'who asked'],
  model: ['--model <name>', 'the model asked'],
  version: ['--version <number>', "the model's version that answered"],
  kind: ['--kind <kind>', 'prediction, request or administration'],
  action: ['--action <action>', 'for administration: what was done, as user.disable'],
  status: ['--status <status>', 'a status as 404, or a class as 4xx'],
  request_id: ['--request-id <id>', 'the id of the call'],
  subject: ['--subject <id>', 'the business id that the caller sent in x-subject-id'],
  client_id: ['--client-id <id>', 'the OAuth2 client'],
};

/** Adds the filters of the audit trail to a command. */
export function withFilters(command: Command): Command {
  for (const name of FILTER_NAMES) command.option(...FLAGS[name]);
  return command.option('--feature <name:value...>', "a recorded input's value; several must all be there");
}

/** @throws ApiError naming the filter that is wrong */
export function filterOf(options: FilterOptions): AuditFilter {
  const given = FILTER_NAMES.map((name) => [name, options[camelCase(name)]] as const);
  const present = Object.fromEntries(given.filter(([, value]) => value !== undefined));
  return parseFilter({ ...present, ...(options.feature && { feature: options.feature }) }, {}).filter;
}

const camelCase = (name: string): string =>
  name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
