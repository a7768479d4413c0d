import type { Command } from 'commander';
import type { AuditFilter } from '../audit/audit-filter.js';
import { FILTER, FILTER_TEXTS } from '../audit/audit-filter.schema.js';
import { validated } from '../common/validated.js';

export type FilterOptions = Readonly<Record<string, unknown>> & { feature?: string[] };

/** Adds the audit trail's filters to a command. */
export function withFilters(command: Command): Command {
  for (const { name, description } of FILTER_TEXTS)
    command.option(`--${name.replaceAll('_', '-')} <value>`, description.replaceAll('`', ''));
  return command.option(
    '--feature <name:value...>',
    'value of a recorded input; if given several times, one row must match all',
  );
}

/** @throws ApiError that names the wrong filter */
export function filterOf(options: FilterOptions): AuditFilter {
  const given = FILTER_TEXTS.map(({ name }) => [name, options[camelCase(name)]] as const);
  const present = Object.fromEntries(given.filter(([, value]) => value !== undefined));
  const sent = { ...present, ...(options.feature && { feature: options.feature }) };
  return validated(FILTER, sent, 'query').filter;
}

const camelCase = (name: string): string =>
  name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
