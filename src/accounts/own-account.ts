import { Injectable } from '@nestjs/common';
import { words } from '../auth/gate/scopes.js';
import { LoginService } from '../auth/login/login.service.js';
import { ApiError, invalidField } from '../common/errors.js';
import type { Caller } from '../common/actor.js';
import type { User } from '../users/user.entity.js';
import { type UserChange, UsersService } from '../users/users.service.js';
import type { MeView } from './users.schema.js';

/**
 * What users may do with their own account. Every method throws ApiError `not_found` if the caller is not a local user.
 */
@Injectable()
export class OwnAccount {
  constructor(
    private readonly users: UsersService,
    private readonly logins: LoginService,
  ) {}

  async view(caller: Caller): Promise<MeView> {
    return meView(await this.userOf(caller), caller);
  }

  async update(caller: Caller, change: Pick<UserChange, 'fullName' | 'email'>): Promise<MeView> {
    const { username } = await this.userOf(caller);
    await this.users.change(username, change);
    return this.view(caller);
  }

  /**
   * @throws ApiError `validation_failed`, also for a wrong current password; `rate_limited` after several wrong ones
   */
  async changePassword(caller: Caller, current: string, next: string, from: string): Promise<void> {
    const { username } = await this.userOf(caller);
    if (!(await this.logins.authenticate(username, current, from)))
      throw invalidField('current_password', 'is wrong');
    await this.users.setPassword(username, next, 'new_password');
  }

  /** The caller's user. */
  async userOf(caller: Caller): Promise<User> {
    const user = caller.kind === 'user' ? await this.users.findById(caller.id) : null;
    if (!user) throw new ApiError('not_found', 'the token does not belong to a user of this server');
    return user;
  }
}

const meView = (user: User, caller: Caller): MeView => ({
  username: user.username,
  full_name: user.fullName,
  email: user.email,
  grants: words(user.grants),
  scopes: [...caller.scopes],
});
