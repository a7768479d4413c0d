import { Module } from '@nestjs/common';
import { KeyRing } from './key-ring.js';

/** The signing keys, for the server and the command line. */
@Module({ providers: [KeyRing], exports: [KeyRing] })
export class KeysModule {}
