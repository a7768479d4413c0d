import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createLogger } from '../common/logger.js';
import { openDatabase } from '../database/open-database.js';
import { CommandModule } from './command.module.js';
import { configOf, withDataDir } from './options.js';

export { configOf, withDataDir };

/** Runs `work` with the command line's services and the database of the data directory. */
export async function withContext<T>(
  options: { dataDir?: string; adopt?: boolean },
  work: (context: INestApplicationContext) => Promise<T>,
): Promise<T> {
  const config = configOf(options);
  const dataSource = await openDatabase(config, options);
  const logger = createLogger('warn');
  const context = await NestFactory.createApplicationContext(
    CommandModule.with({ config, logger, dataSource }),
    // An error, for example a lost key, is reported in one line instead of ending the process.
    { logger: false, abortOnError: false },
  );
  try {
    return await work(context);
  } finally {
    await context.close();
  }
}
