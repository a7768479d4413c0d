import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Peer } from './peer.js';

/** This process among those that serve one data directory. */
export interface WorkerPlace {
  /** 0: the only one, or the primary; from 1 on: a worker. One live process at a time has a number. */
  readonly number: number;
  /** A worker's way to the primary. */
  readonly primary?: Peer;
}

export const SINGLE_PROCESS: WorkerPlace = { number: 0 };

/** Injection token of the process' {@link WorkerPlace}. */
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
