import type { TableOptions } from 'typeorm';
import { bigint, flag, index, integer, optional, text, textKey } from '../columns.js';

/** Users, sessions, service accounts, and what slows down password guessing. */
export const ACCESS_TABLES: readonly TableOptions[] = [
  {
    name: 'users',
    columns: [
      textKey('id'),
      text('username'),
      { ...text('username_key'), isUnique: true },
      text('full_name', "''"),
      text('email', "''"),
      text('hashed_password'),
      flag('imported_hash', false),
      flag('disabled', false),
      text('grants', "''"),
      integer('generation', 1),
      text('created_at'),
      text('updated_at'),
    ],
  },
  {
    name: 'sessions',
    columns: [
      textKey('id'),
      text('user_id'),
      integer('generation'),
      optional(text('client_id')),
      text('scope'),
      { ...text('family_hash'), isUnique: true },
      text('token_hash'),
      text('address'),
      text('user_agent'),
      text('created_at'),
      text('used_at'),
      text('expires_at'),
    ],
    indices: [index('sessions_user_id', ['user_id']), index('sessions_expires_at', ['expires_at'])],
  },
  {
    name: 'service_accounts',
    columns: [
      textKey('id'),
      { ...text('client_id'), isUnique: true },
      text('description'),
      text('grants'),
      flag('disabled', false),
      integer('generation', 1),
      text('secret_hash'),
      text('secret_created_at'),
      optional(text('previous_hash')),
      optional(text('previous_expires_at')),
      text('created_at'),
      text('updated_at'),
    ],
  },
  {
    name: 'revoked_tokens',
    columns: [textKey('id'), text('account_id'), text('expires_at')],
    indices: [
      index('revoked_tokens_account_id', ['account_id']),
      index('revoked_tokens_expires_at', ['expires_at']),
    ],
  },
  {
    name: 'login_failures',
    columns: [textKey('tracker'), integer('failures'), bigint('last_at')],
    indices: [index('login_failures_last_at', ['last_at'])],
  },
  {
    name: 'login_addresses',
    columns: [textKey('tracker'), bigint('last_at')],
    indices: [index('login_addresses_last_at', ['last_at'])],
  },
];
