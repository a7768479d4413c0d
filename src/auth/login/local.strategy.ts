import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-local';
import { ApiError } from '../../common/errors.js';
import type { User } from '../../users/user.entity.js';
import { LoginService } from './login.service.js';

/** Checks the name and password of a token request. */
@Injectable()
export class LocalStrategy extends PassportStrategy(Strategy) {
  constructor(private readonly logins: LoginService) {
    super({ passReqToCallback: true });
  }

  async validate(request: FastifyRequest, username: string, password: string): Promise<User> {
    const user = await this.logins.authenticate(username, password, request.ip);
    if (!user) throw new ApiError('invalid_credentials');
    if (user.disabled) throw new ApiError('inactive_user');
    return user;
  }
}
