import { Inject, Injectable } from '@nestjs/common';
import { addressBlock } from '../../common/address.js';
import { ApiError } from '../../common/errors.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import type { User } from '../../users/user.entity.js';
import type { QueuePlace } from '../../users/passwords.js';
import { usernameKey } from '../../users/username.js';
import { UsersService } from '../../users/users.service.js';
import { loginDelay } from './login-delay.js';
import { LoginFailures } from './login-failures.js';

/** Checks names and passwords. Each failure lengthens the delay of the next attempt from the same address. */
@Injectable()
export class LoginService {
  private readonly isDelaying: boolean;

  constructor(
    private readonly users: UsersService,
    private readonly failures: LoginFailures,
    @Inject(CONFIG) config: Config,
  ) {
    this.isDelaying = config.loginRateLimit > 0;
  }

  /**
   * The user of this name and password, or null. Attempts that arrive while another one is checked are not delayed; one
   * address can have only a few of them waiting for bcrypt.
   * @param address the caller's
   * @throws ApiError `rate_limited` with `Retry-After`, before anything costly is done; `overloaded`
   */
  async authenticate(username: string, password: string, address: string): Promise<User | null> {
    const block = addressBlock(address);
    const stranger: QueuePlace = { owner: block, lane: 'others' };
    if (!this.isDelaying) return this.users.authenticate(username, password, stranger);
    const isKnown = await this.refuseEarly(username, address);
    const known: QueuePlace = { owner: `${usernameKey(username)} ${block}`, lane: 'known' };
    const user = await this.users.authenticate(username, password, isKnown ? known : stranger);
    if (user) await this.failures.succeeded(username, address, Date.now());
    else await this.failures.failed(username, address, Date.now());
    return user;
  }

  /** @returns whether the user has logged in from this address before */
  private async refuseEarly(username: string, address: string): Promise<boolean> {
    const now = Date.now();
    const counts = await this.failures.counts(username, address, now);
    const delay = loginDelay(counts, now);
    if (delay === 0) return counts.isKnown;
    const seconds = Math.ceil(delay / 1000);
    throw new ApiError('rate_limited', `too many failed logins; try again in ${seconds} s`, {
      headers: { 'Retry-After': String(seconds) },
    });
  }
}
