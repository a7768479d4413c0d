import type { INestApplicationContext } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { settleJournals } from '../trail/store/journal/journal-recovery.js';
import { withContext } from './context.js';

/**
 * Like {@link withContext}, for commands that read the audit trail: every acknowledged record is in the
 * table.
 */
export const withTrail = <T>(
  options: { dataDir?: string },
  work: (context: INestApplicationContext) => Promise<T>,
): Promise<T> =>
  withContext(options, async (context) => {
    await settleJournals(context.get<Config>(CONFIG));
    return work(context);
  });
