import { Module } from '@nestjs/common';
import { WORKER_PLACE, type WorkerPlace } from '../workers/worker-place.js';
import { type Allowance, ALLOWANCE } from './allowance.js';
import { LeasedAllowance } from './leased-allowance.js';
import { LocalAllowance } from './local-allowance.js';
import { DayLedger } from './day-ledger.js';

/**
 * The counts of all limits: in this process, or leased from the primary. Not global, so that it is above the
 * database module and shuts down before it.
 */
@Module({
  providers: [
    DayLedger,
    {
      provide: ALLOWANCE,
      useFactory: ({ primary }: WorkerPlace, { windows }: DayLedger): Allowance =>
        primary ? new LeasedAllowance(primary) : new LocalAllowance(windows),
      inject: [WORKER_PLACE, DayLedger],
    },
  ],
  exports: [ALLOWANCE, DayLedger],
})
export class LimitsModule {}
