import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../common/errors.js';
import { checkTokenForm } from '../grants/token-form.js';

/** Checks a token request's form, then the name and password of the password grant through passport-local. */
@Injectable()
export class LoginGuard extends AuthGuard('local') {
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const grantType = checkTokenForm(context.switchToHttp().getRequest<FastifyRequest>());
    return grantType === 'password' ? ((await super.canActivate(context)) as boolean) : true;
  }

  override handleRequest<T>(error: unknown, user: T | false): T {
    if (error) throw error as Error;
    if (!user) throw new ApiError('invalid_credentials');
    return user;
  }
}
