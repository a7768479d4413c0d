import { ACTOR_KINDS, type ActorKind } from '../common/actor.js';
import type { ErrorCode } from '../common/errors.js';

const RECORD_KINDS = ['prediction', 'request', 'administration'] as const;

export type RecordKind = (typeof RECORD_KINDS)[number];

/** A body: text, or bytes if it contains binary tensors. */
export type Content = string | Buffer | null;

type SqlType = 'varchar' | 'text' | 'integer' | 'double precision';

/**
 * What a column is in the chain: its `place`, a `fact` (hashed as it is), `content` (hashed through its digest, so that it
 * can be erased), or the `proof`.
 */
type Part = 'place' | 'fact' | 'content' | 'proof';

/** @template Value type of a stored value; null included where the column is nullable */
interface AuditColumn<Value, P extends Part = Part> {
  readonly part: P;
  readonly type: SqlType;
  readonly nullable: boolean;
  readonly description: string;
  /** All values that the column can have, if they are few. */
  readonly values?: readonly string[];
  /** For the type-checker only. */
  readonly value?: Value;
}

/** A column of any part and value. */
export type AnyAuditColumn = AuditColumn<unknown>;

/** Makes the columns of one part. */
const columnsOf = <P extends Part>(part: P) => ({
  required: <Value>(
    type: SqlType,
    description: string,
    values?: readonly string[],
  ): AuditColumn<Value, P> => ({ part, type, nullable: false, description, values }),
  optional: <Value>(
    type: SqlType,
    description: string,
    values?: readonly string[],
  ): AuditColumn<Value | null, P> => ({ part, type, nullable: true, description, values }),
});

/** A filter of queries, by the value of a column. */
interface ColumnFilter<Name extends string = string> {
  readonly name: Name;
  /**
   * For a column with an index of (column, time, id): its place among them, the most selective first. A query is answered
   * by the first index that it has a filter for.
   */
  readonly rank?: number;
}

/** Queries may filter by the column: by `GET /v1/audit?name=`, `--name` and the fields of an erasure. */
const filtered = <Column, const Name extends string>(
  name: Name,
  column: Column,
  rank?: number,
): Column & { readonly filter: ColumnFilter<Name> } => ({ ...column, filter: { name, rank } });

const place = columnsOf('place');
const fact = columnsOf('fact');
const content = columnsOf('content');
const proof = columnsOf('proof');

/**
 * The columns of `audit_records` by their property, in the order in which a row holds them and its hash covers them. Entity,
 * hash chain, inserts, journal, export, filters and OpenAPI schemas follow from this table; docs/contributing/tables.md.
 */
export const AUDIT_COLUMNS = {
  writer: place.required<string>('varchar', 'Whose chain the record belongs to: `<installation>/<process>`'),
  seq: place.required<number>('integer', 'Place in the chain, from 1'),
  time: fact.required<string>('varchar', 'When the request arrived: ISO 8601, UTC, milliseconds'),
  kind: filtered(
    'kind',
    fact.required<RecordKind>(
      'varchar',
      '`prediction`, `request` (any other call) or `administration`',
      RECORD_KINDS,
    ),
    5,
  ),
  action: filtered(
    'action',
    fact.optional<string>('varchar', 'For administration, what was done: `user.disable`'),
    3,
  ),
  requestId: filtered(
    'request_id',
    fact.optional<string>('varchar', 'The id of the request, also in the `x-request-id` header'),
    1,
  ),
  actorKind: filtered(
    'actor_kind',
    fact.optional<ActorKind>(
      'varchar',
      'Kind of the caller: a user, a service account, an external identity or the command line',
      ACTOR_KINDS,
    ),
  ),
  actorId: filtered('actor_id', fact.optional<string>('varchar', 'Id of the caller, unique in its kind'), 6),
  username: filtered(
    'user',
    fact.optional<string>(
      'varchar',
      'Name of the caller; without a kind, the name that a failed login claimed',
    ),
    7,
  ),
  clientId: filtered('client_id', fact.optional<string>('varchar', 'The OAuth2 client')),
  tokenId: fact.optional<string>('varchar', "The token's `jti`"),
  address: fact.optional<string>('varchar', "The caller's address"),
  method: fact.optional<string>('varchar', 'HTTP method, `GRPC` or `CLI`'),
  route: fact.optional<string>('varchar', 'The route, with names in place of values'),
  protocol: fact.optional<string>('varchar', 'The protocol that the route speaks'),
  status: filtered('status', fact.optional<number>('integer', 'HTTP status of the response'), 4),
  error: fact.optional<ErrorCode>('varchar', "The error's code, see docs/errors.md"),
  durationMs: fact.optional<number>('double precision', 'From arrival to answer, in milliseconds'),
  model: filtered('model', fact.optional<string>('varchar', 'The requested model'), 8),
  version: filtered('version', fact.optional<number>('integer', 'The version that answered')),
  modelDigest: fact.optional<string>('varchar', "SHA-256 of that version's manifest"),
  rows: fact.optional<number>('integer', 'Rows predicted'),
  flags: fact.optional<string>(
    'text',
    'JSON: values outside the training range, whether the inputs were redacted',
  ),
  subject: filtered(
    'subject',
    fact.optional<string>(
      'varchar',
      'The business id of `x-subject-id`; for administration, the user or object it was about',
    ),
    2,
  ),
  contentSalt: content.optional<string>('varchar', 'Random text hashed with the contents; erased with them'),
  request: content.optional<string | Buffer>('text', 'The request body, with secrets removed'),
  response: content.optional<string | Buffer>('text', 'The response body, with secrets removed'),
  requestHeaders: content.optional<string>('text', 'JSON: the request headers, with secrets removed'),
  contentDigest: proof.required<string>(
    'varchar',
    'SHA-256 over salt, request, response and headers: what remains provable after an erasure',
  ),
  mac: proof.required<string>('varchar', "HMAC of `hash` with the installation's key"),
  hash: proof.required<string>(
    'varchar',
    "SHA-256 over the previous record's hash, this one's facts and its content digest",
  ),
} as const;

type Columns = typeof AUDIT_COLUMNS;
export type AuditProperty = keyof Columns;

type ValueOf<Property extends AuditProperty> =
  Columns[Property] extends AuditColumn<infer Value> ? Value : never;

/** Properties that queries filter by, with the filter's name. */
type FilteredProperties = {
  [
    Property in AuditProperty as Columns[Property] extends { filter: ColumnFilter<infer Name> } ? Name : never
  ]: Property;
};

export type FilterName = keyof FilteredProperties;

/** A type for each filter: that of its column's values. */
export type FilterValues = {
  [Name in FilterName]: NonNullable<ValueOf<FilteredProperties[Name]>>;
};

/** A record's values by property, without the table's own id. */
export type AuditValues = { [Property in AuditProperty]: ValueOf<Property> };

export type PropertiesOf<P extends Part> = {
  [Property in AuditProperty]: Columns[Property]['part'] extends P ? Property : never;
}[AuditProperty];

type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : Name;

export type ColumnName<Property extends string = AuditProperty> = SnakeCase<Property>;

/** A property's column in the database. */
export const columnName = <Property extends AuditProperty>(property: Property): ColumnName<Property> =>
  property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) as ColumnName<Property>;

export const AUDIT_PROPERTIES = Object.keys(AUDIT_COLUMNS) as AuditProperty[];

/** The columns in the order of a row's cells. */
export const AUDIT_COLUMN_NAMES = AUDIT_PROPERTIES.map(columnName);

/** The properties whose values a record's hash covers as they are, in order. */
export const FACTS = AUDIT_PROPERTIES.filter(
  (property) => AUDIT_COLUMNS[property].part === 'fact',
) as PropertiesOf<'fact'>[];

/** Place of a property's cell in a row. */
export const cellOf = (property: AuditProperty): number => AUDIT_PROPERTIES.indexOf(property);

export interface FilterColumn {
  readonly name: FilterName;
  readonly property: AuditProperty;
  /** As {@link ColumnFilter.rank}. */
  readonly rank?: number;
  readonly column: AnyAuditColumn;
}

/** The columns that queries filter by, in their order. */
export const FILTER_COLUMNS: readonly FilterColumn[] = AUDIT_PROPERTIES.flatMap((property) => {
  const column: AnyAuditColumn & { readonly filter?: ColumnFilter } = AUDIT_COLUMNS[property];
  const { filter } = column;
  return filter ? [{ name: filter.name as FilterName, rank: filter.rank, property, column }] : [];
});
