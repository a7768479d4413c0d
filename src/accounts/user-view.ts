import type { z } from 'zod';
import { scopesOf, words } from '../auth/gate/scopes.js';
import type { User } from '../users/user.entity.js';
import type { UsersService } from '../users/users.service.js';
import { keyOf, pageOf } from './page.js';
import type { USER_QUERY } from './users.schema.js';

/** A user as administrators see one. */
export interface UserView {
  readonly username: string;
  readonly full_name: string;
  readonly email: string;
  readonly disabled: boolean;
  /** Roles and scopes as they were granted. */
  readonly grants: readonly string[];
  /** What the grants amount to. */
  readonly scopes: readonly string[];
  /** ISO 8601, UTC. */
  readonly created_at: string;
  readonly updated_at: string;
}

export const userView = (user: User): UserView => ({
  username: user.username,
  full_name: user.fullName,
  email: user.email,
  disabled: user.disabled,
  grants: words(user.grants),
  scopes: scopesOf(user.grants),
  created_at: user.createdAt,
  updated_at: user.updatedAt,
});

export interface UserPageView {
  readonly users: readonly UserView[];
  /** For the page after this one; null on the last. */
  readonly next_cursor: string | null;
}

export async function userPage(
  users: UsersService,
  { cursor, limit, ...filter }: z.output<typeof USER_QUERY>,
): Promise<UserPageView> {
  const found = await users.page({ ...filter, after: keyOf(cursor), limit: limit + 1 });
  const { items, nextCursor } = pageOf(found, limit, ({ usernameKey }) => usernameKey);
  return { users: items.map(userView), next_cursor: nextCursor };
}
