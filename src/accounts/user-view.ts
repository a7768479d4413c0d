import { scopesOf, words } from '../auth/gate/scopes.js';
import { mapPage, type Page, pageOf } from '../common/page.js';
import type { User } from '../users/user.entity.js';
import type { UsersService } from '../users/users.service.js';
import type { UserQuery, UserView } from './users.schema.js';

/** A user as administrators see one. */
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

export async function userPage(
  users: UsersService,
  { cursor, limit, ...filter }: UserQuery,
): Promise<Page<UserView>> {
  const found = await users.page({ ...filter, after: cursor?.[0], limit: limit + 1 });
  return mapPage(
    pageOf(found, limit, ({ usernameKey }) => [usernameKey]),
    userView,
  );
}
