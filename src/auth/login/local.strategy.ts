import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-local';
import { ApiError } from '../../common/errors.js';
import type { User } from '../../users/user.entity.js';
import { LoginService } from './login.service.js';

/** The parts of a request that the strategy reads. */
export interface LoginRequest {
  readonly body: { readonly username?: string; readonly password?: string };
  /** The caller's address. */
  readonly address: string;
}

/** Checks the name and password of a token request. */
@Injectable()
export class LocalStrategy extends PassportStrategy(Strategy) {
  constructor(private readonly logins: LoginService) {
    super({ passReqToCallback: true });
  }

  async validate({ address }: LoginRequest, username: string, password: string): Promise<User> {
    const user = await this.logins.authenticate(username, password, address);
    if (!user) throw new ApiError('invalid_credentials');
    if (user.disabled) throw new ApiError('inactive_user');
    return user;
  }
}
