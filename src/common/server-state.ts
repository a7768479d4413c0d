import { Global, Injectable, Module } from '@nestjs/common';

/** What all of a serving process must know of its end. */
@Injectable()
export class ServerState {
  /** True from the signal to stop on: the server still answers, but tells balancers to send no more. */
  isStopping = false;
}

@Global()
@Module({ providers: [ServerState], exports: [ServerState] })
export class ServerStateModule {}
