import { SetMetadata } from '@nestjs/common';

export type LimitKind = 'prediction' | 'login';
export const LIMIT_METADATA = 'modelgate:limit';

/** The route counts against the caller's predictions a minute. */
export const PredictionLimit = (): MethodDecorator =>
  SetMetadata(LIMIT_METADATA, 'prediction' satisfies LimitKind);

/** The route counts against the logins a minute of one client address and user name. */
export const LoginLimit = (): MethodDecorator => SetMetadata(LIMIT_METADATA, 'login' satisfies LimitKind);
