import { ApiError, type Fault } from '../common/errors.js';
import type { Quota, QuotaKind } from './quota.entity.js';
import type { QuotaLimits, QuotaSubject } from './quota-store.js';

/** Rows that a quota may allow at the most: what is added up stays exact. */
export const ROWS_LIMIT = 1e12;

const FIELDS = ['rows_per_minute', 'rows_per_day'] as const;

export interface QuotaView {
  readonly kind: QuotaKind;
  /** Missing for the default. */
  readonly name?: string;
  readonly rows_per_minute: number;
  readonly rows_per_day: number;
}

export const quotaView = ({ kind, name, rowsPerMinute, rowsPerDay }: Quota): QuotaView => ({
  kind,
  ...(kind !== 'default' && { name }),
  rows_per_minute: rowsPerMinute,
  rows_per_day: rowsPerDay,
});

/** @throws ApiError `validation_failed` naming every wrong field */
export function limitsOf(body: unknown): QuotaLimits {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw failed([{ loc: ['body'], msg: 'must be an object', type: 'type_error.dict' }]);
  const given = body as Record<string, unknown>;
  const unknown = Object.keys(given)
    .filter((field) => !(FIELDS as readonly string[]).includes(field))
    .slice(0, 10)
    .map((field) => ({
      loc: ['body', field.slice(0, 100)],
      msg: 'is not a known field',
      type: 'value_error.extra',
    }));
  const faults = [...FIELDS.flatMap((field) => rowsFault(field, given[field])), ...unknown];
  if (faults.length > 0) throw failed(faults);
  return { rowsPerMinute: given.rows_per_minute as number, rowsPerDay: given.rows_per_day as number };
}

/** @throws ApiError `validation_failed` when there is no such kind, or a name is wanting or too long */
export function subjectOf(kind: string, name: string): QuotaSubject {
  if (kind === 'user' || kind === 'service_account' || kind === 'model') {
    if (name !== '' && name.length <= 128) return { kind, name };
    throw failed([{ loc: ['path', 'name'], msg: 'must have 1 to 128 characters', type: 'value_error' }]);
  }
  throw failed([
    { loc: ['path', 'kind'], msg: 'must be user, service_account or model', type: 'value_error' },
  ]);
}

function rowsFault(field: string, value: unknown): Fault[] {
  if (value === undefined)
    return [{ loc: ['body', field], msg: 'field required', type: 'value_error.missing' }];
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= ROWS_LIMIT) return [];
  return [
    { loc: ['body', field], msg: `must be a whole number from 0 to ${ROWS_LIMIT}`, type: 'value_error' },
  ];
}

const failed = (faults: readonly Fault[]): ApiError =>
  new ApiError(
    'validation_failed',
    faults.map(({ loc, msg }) => `${loc[1] ?? 'the body'} ${msg}`).join('; '),
    { faults },
  );
