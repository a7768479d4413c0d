import type { Command } from 'commander';

export interface GrantOptions {
  readonly role?: readonly string[];
  readonly scope?: readonly string[];
}

export const withGrants = (command: Command): Command =>
  command
    .option('--role <name...>', 'predictor, viewer, operator, auditor or admin')
    .option('--scope <scope...>', 'single scopes, for example predict:diabetes');

/** The grant string of the options, or an empty string. */
export const grantsOf = ({ role = [], scope = [] }: GrantOptions): string =>
  [...role.map((name) => `role:${name}`), ...scope].join(' ');
