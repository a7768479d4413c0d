import type { Command } from 'commander';
import type { AuditFilter } from '../audit/audit-filter.js';
import { FILTER, FILTER_NAMES } from '../audit/audit-filter.schema.js';
import { validated } from '../common/validated.js';

export type FilterOptions = Readonly<Record<string, unknown>> & { feature?: string[] };

const FLAGS: Readonly<Record<(typeof FILTER_NAMES)[number], [flag: string, description: string]>> = {
  from: [
    '--from <time>',
    'start of the time range, inclusive: a date or a time (UTC unless a zone is given)',
  ],
  to: ['--to <time>', 'end of the time range, exclusive: a date or a time'],
  user: ['--user <name>', 'name of the caller'],
  model: ['--model <name>', 'the requested model'],
  version: ['--version <number>', 'version of the model that answered'],
  kind: ['--kind <kind>', 'prediction, request or administration'],
  action: ['--action <action>', 'act of administration, for example user.disable'],
  status: ['--status <status>', 'HTTP status (404) or class (4xx)'],
  request_id: ['--request-id <id>', 'id of the request'],
  subject: ['--subject <id>', 'business id that the caller sent in x-subject-id'],
  client_id: ['--client-id <id>', 'the OAuth2 client'],
};

/** Adds the audit trail's filters to a command. */
export function withFilters(command: Command): Command {
  for (const name of FILTER_NAMES) command.option(...FLAGS[name]);
  return command.option(
    '--feature <name:value...>',
    'value of a recorded input; if given several times, one row must match all',
  );
}

/** @throws ApiError that names the wrong filter */
export function filterOf(options: FilterOptions): AuditFilter {
  const given = FILTER_NAMES.map((name) => [name, options[camelCase(name)]] as const);
  const present = Object.fromEntries(given.filter(([, value]) => value !== undefined));
  const sent = { ...present, ...(options.feature && { feature: options.feature }) };
  return validated(FILTER, sent, 'query').filter;
}

const camelCase = (name: string): string =>
  name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
