import type { INestApplicationContext } from '@nestjs/common';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import type { Config } from '../config/config.js';
import { underAdvisoryLock } from '../database/advisory-lock.js';
import { settleJournals } from '../trail/store/journal/journal-recovery.js';
import { removeJournalsBut } from '../trail/store/journal/journal-wiping.js';
import { ModelsForServe } from '../models/models-for-serve.js';
import { welcomeFirstUser } from '../users/demo-user.js';
import { UsersService } from '../users/users.service.js';

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

/**
 * Prepares the database before a server answers: all audit records, the models, and a user who can log in.
 */
export async function prepareData(
  context: INestApplicationContext,
  config: Config,
  logger: Logger,
  files: readonly string[] = [],
): Promise<void> {
  // A server that was killed may have had other writers: one per worker.
  await settleJournals(config);
  removeJournalsBut(config.dataDir, config.workers > 1 ? range(1, config.workers) : [0]);
  const models = context.get(ModelsForServe);
  // Servers on one database may start for the first time at the same moment.
  await underAdvisoryLock(context.get(DataSource), 'firstStart', async () => {
    await models.prepareCatalog(files.length === 0);
    const welcome = await welcomeFirstUser(context.get(UsersService), config.production);
    if (welcome) logger.warn(welcome);
  });
  await models.serveFiles(files);
}
