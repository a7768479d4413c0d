import { FILTER_COLUMNS, type FilterColumn } from '../trail/audit-columns.js';
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

/** The filters in the order in which their indexes are preferred, then those without an index. */
const FILTERS = [...FILTER_COLUMNS].sort((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity));

/**
 * Chooses the one index for a query. Every index is (column, time, id), so the time range works with any of
 * them.
 */
export function conditionsOf(filter: AuditFilter): Conditions {
  const leading: Condition[] = [];
  if (filter.from !== undefined) leading.push({ sql: 'record.time >= :from', values: { from: filter.from } });
  if (filter.to !== undefined) leading.push({ sql: 'record.time < :to', values: { to: filter.to } });
  const leader = FILTERS.find((each) => each.rank !== undefined && leads(each, filter));
  if (leader) leading.push(leadingCondition(leader, filter));
  const rest = FILTERS.filter(
    (each) => filter[each.name] !== undefined && (each !== leader || each.name === 'status'),
  ).flatMap((each) => restCondition(each, filter));
  return { leading, rest };
}

/** The indexes of status and kind exclude the common case, for which the time index is as good. */
function leads({ name }: FilterColumn, filter: AuditFilter): boolean {
  if (name === 'status') return (filter.status?.class ?? 0) >= 4;
  if (name === 'kind') return filter.kind !== undefined && filter.kind !== 'prediction';
  return filter[name] !== undefined;
}

function leadingCondition({ name, property }: FilterColumn, filter: AuditFilter): Condition {
  if (name === 'status')
    return {
      sql: '(record.status / 100) = :class AND record.status >= 400',
      values: { class: filter.status!.class },
    };
  const condition = { sql: `record.${property} = :${name}`, values: { [name]: filter[name] } };
  return name === 'kind'
    ? { ...condition, sql: `${condition.sql} AND record.kind <> 'prediction'` }
    : condition;
}

/**
 * COALESCE prevents the planner from using this column's index, which would read an unbounded number of
 * records.
 */
function restCondition({ name, property }: FilterColumn, filter: AuditFilter): Condition[] {
  if (name !== 'status')
    return [{ sql: `COALESCE(record.${property}, NULL) = :${name}`, values: { [name]: filter[name] } }];
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
