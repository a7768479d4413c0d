import { Injectable } from '@nestjs/common';
import { ApiError } from '../common/errors.js';
import { notLastHolder } from '../users/last-holder.js';
import type { User } from '../users/user.entity.js';
import { type NewUser, type UserChange, UsersService } from '../users/users.service.js';
import { ADMINISTERING, administers, checkedGrants } from './grants.js';

const NOT_LAST = notLastHolder(ADMINISTERING);

/**
 * What administrators do to users, by HTTP or the command line. At least one enabled user with `users:admin` always
 * remains, because nobody else could restore the right.
 */
@Injectable()
export class UserAdministration {
  constructor(private readonly users: UsersService) {}

  /** @throws ApiError `validation_failed` or `conflict` */
  create(user: NewUser): Promise<User> {
    return this.users.add({
      ...user,
      grants: user.grants === undefined ? undefined : checkedGrants(user.grants),
    });
  }

  /** @throws ApiError `not_found`, `validation_failed`, or `conflict` for the last administrator */
  async change(username: string, { grants, ...change }: UserChange): Promise<User> {
    const checked = grants === undefined ? {} : { grants: checkedGrants(grants) };
    const takesRights = change.disabled || (checked.grants !== undefined && !administers(checked.grants));
    if (!(await this.users.change(username, { ...change, ...checked }, takesRights ? NOT_LAST : undefined)))
      throw lastAdministrator(username);
    return this.users.get(username);
  }

  /** @throws ApiError `not_found` or `validation_failed` */
  setPassword(username: string, password: string): Promise<void> {
    return this.users.setPassword(username, password);
  }

  /** @throws ApiError `not_found`, or `conflict` for the last administrator */
  async remove(username: string): Promise<void> {
    if (!(await this.users.remove(username, NOT_LAST))) throw lastAdministrator(username);
  }
}

const lastAdministrator = (username: string): ApiError =>
  new ApiError(
    'conflict',
    `${username} is the last enabled user with users:admin; give it to another user first`,
  );
