import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Peer } from './peer.js';

/** The position of this process among those that serve one data directory. */
export interface WorkerPlace {
  /** 0: the only process, or the primary. From 1: a worker. Numbers of running processes are unique. */
  readonly number: number;
  /** A worker's channel to the primary. */
  readonly primary?: Peer;
}

export const SINGLE_PROCESS: WorkerPlace = { number: 0 };

/** Injection token of the {@link WorkerPlace} of this process. */
export const WORKER_PLACE = Symbol('WORKER_PLACE');

@Global()
@Module({})
export class WorkerPlaceModule {
  static with(place: WorkerPlace): DynamicModule {
    return {
      module: WorkerPlaceModule,
      providers: [{ provide: WORKER_PLACE, useValue: place }],
      exports: [WORKER_PLACE],
    };
  }
}
