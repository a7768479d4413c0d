import type { KeyObject } from 'node:crypto';
import { Global, Module } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { signingKey } from './signing-key.js';

/** Injection token of the {@link KeyObject} that signs tokens. */
export const SIGNING_KEY = Symbol('SIGNING_KEY');

@Global()
@Module({
  providers: [
    { provide: SIGNING_KEY, useFactory: (config: Config): KeyObject => signingKey(config), inject: [CONFIG] },
  ],
  exports: [SIGNING_KEY],
})
export class SigningKeyModule {}
