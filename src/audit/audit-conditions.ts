import type { AuditFilter } from './audit-filter.js';

/** A part of a WHERE clause over `record`, with its parameters. */
export interface Condition {
  readonly sql: string;
  readonly values: Readonly<Record<string, unknown>>;
}

export interface Conditions {
  /** Conditions that one index answers in order of time. */
  readonly leading: readonly Condition[];
  /** Conditions to check in each record that the index returns. */
  readonly rest: readonly Condition[];
}

/** Columns with an index of (column, time, id), the most selective first, and the other columns. */
const LEADING = ['request_id', 'subject', 'action', 'status', 'kind', 'user', 'model'] as const;
const OTHERS = ['version', 'client_id'] as const;

type Name = (typeof LEADING)[number] | (typeof OTHERS)[number];

const PROPERTIES = {
  request_id: 'requestId',
  subject: 'subject',
  action: 'action',
  kind: 'kind',
  user: 'username',
  model: 'model',
  version: 'version',
  client_id: 'clientId',
} as const satisfies Partial<Record<Name, string>>;

/**
 * Chooses the one index for a query. Every index is (column, time, id), so the time range works with any of
 * them.
 */
export function conditionsOf(filter: AuditFilter): Conditions {
  const leading: Condition[] = [];
  if (filter.from !== undefined) leading.push({ sql: 'record.time >= :from', values: { from: filter.from } });
  if (filter.to !== undefined) leading.push({ sql: 'record.time < :to', values: { to: filter.to } });
  const leader = LEADING.find((name) => leads(name, filter));
  if (leader) leading.push(leadingCondition(leader, filter));
  const rest = [...LEADING, ...OTHERS]
    .filter((name) => filter[name] !== undefined && (name !== leader || name === 'status'))
    .flatMap((name) => restCondition(name, filter));
  return { leading, rest };
}

/** The indexes of status and kind exclude the common case, for which the time index is as good. */
function leads(name: Name, filter: AuditFilter): boolean {
  if (name === 'status') return (filter.status?.class ?? 0) >= 4;
  if (name === 'kind') return filter.kind !== undefined && filter.kind !== 'prediction';
  return filter[name] !== undefined;
}

function leadingCondition(name: Name, filter: AuditFilter): Condition {
  if (name === 'status')
    return {
      sql: '(record.status / 100) = :class AND record.status >= 400',
      values: { class: filter.status!.class },
    };
  const condition = { sql: `record.${PROPERTIES[name]} = :${name}`, values: { [name]: filter[name] } };
  return name === 'kind'
    ? { ...condition, sql: `${condition.sql} AND record.kind <> 'prediction'` }
    : condition;
}

/**
 * COALESCE prevents the planner from using this column's index, which would read an unbounded number of
 * records.
 */
function restCondition(name: Name, filter: AuditFilter): Condition[] {
  if (name !== 'status')
    return [
      { sql: `COALESCE(record.${PROPERTIES[name]}, NULL) = :${name}`, values: { [name]: filter[name] } },
    ];
  const { class: first, code } = filter.status!;
  if (code !== undefined) return [{ sql: 'COALESCE(record.status, NULL) = :code', values: { code } }];
  if (first >= 4) return [];
  return [
    {
      sql: 'COALESCE(record.status, NULL) BETWEEN :low AND :high',
      values: { low: first * 100, high: first * 100 + 99 },
    },
  ];
}
