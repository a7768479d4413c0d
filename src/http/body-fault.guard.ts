import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/**
 * Refuses a body that could not be parsed, after the guards of access and limits have spoken: its caller is known and
 * counted, and who may not ask at all learns nothing of the body.
 */
export class BodyFaultGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { bodyFault } = context.switchToHttp().getRequest<FastifyRequest>();
    if (bodyFault) throw bodyFault;
    return true;
  }
}
