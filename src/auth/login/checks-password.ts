import { RouteSettings } from '../../common/route-config.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True if the route checks a password. Its responses to too many attempts are delayed. */
    readonly checksPassword?: boolean;
  }
}

/** The route checks a password. */
export const ChecksPassword = (): MethodDecorator => RouteSettings({ checksPassword: true });
