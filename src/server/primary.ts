import { NestFactory } from '@nestjs/core';
import { StartError } from '../common/errors.js';
import { createLogger, NestLogger } from '../common/logger.js';
import type { Config } from '../config/config.js';
import { lockDataDir } from '../database/data-dir-lock.js';
import { openDatabase } from '../database/open-database.js';
import { DayLedger } from '../limits/day-ledger.js';
import { LeaseAuthority } from '../limits/lease-authority.js';
import { METRICS } from '../metrics/metrics.service.js';
import { REFRESH_TOPIC } from '../models/model-registry.js';
import { prepareData } from './prepare-data.js';
import { PrimaryModule } from './primary.module.js';
import { type ServeOptions, tellReady } from './ready.js';
import { stopOnSignal } from './stop.js';
import type { Peer } from '../workers/peer.js';
import { Supervisor } from '../workers/supervisor.js';

/**
 * Serves with several processes: prepares the data, starts the workers, keeps them running, and coordinates
 * what they must agree on at each request. Serves no requests itself.
 * @param program path of the script of a worker
 */
export async function servePrimary(config: Config, options: ServeOptions, program: string): Promise<void> {
  const logger = createLogger(config.logLevel);
  const dataSource = await openDatabase(config);
  await lockDataDir(config.dataDir);
  const context = await NestFactory.createApplicationContext(
    PrimaryModule.with({ config, logger, dataSource }),
    { logger: new NestLogger(logger), abortOnError: false },
  );
  const authority = new LeaseAuthority(context.get(DayLedger).windows, config.workers);
  const supervisor = new Supervisor(
    config.workers,
    program,
    {
      joined: (number, peer) => {
        authority.joined(number, peer);
        answerForAll(supervisor, number, peer);
      },
      left: (number) => authority.left(number),
    },
    logger,
    () => {
      logger.fatal('a worker cannot be kept running');
      supervisor.kill();
      process.exit(1);
    },
  );
  try {
    await prepareData(context, config, logger, options.files);
    tellReady(await supervisor.start(), config, options, logger);
  } catch (error) {
    supervisor.kill();
    await context.close();
    throw error;
  }
  const close = async (): Promise<void> => {
    const clean = await supervisor.stop((config.drainSeconds + config.shutdownSeconds) * 1000);
    await context.close();
    if (!clean) throw new StartError('a worker did not shut down cleanly');
  };
  // The workers get the configured time to shut down, the primary a little more.
  const patient = { ...config, shutdownSeconds: config.shutdownSeconds + PRIMARY_MARGIN_SECONDS };
  stopOnSignal(['SIGTERM', 'SIGINT'], close, patient, logger, () => supervisor.kill());
}

const PRIMARY_MARGIN_SECONDS = 5;

/** What one worker asks of all workers. */
function answerForAll(supervisor: Supervisor, number: number, peer: Peer): void {
  peer.handle(REFRESH_TOPIC, async () => {
    // A worker that exits meanwhile restarts with the new state.
    await Promise.allSettled(supervisor.peers(number).map((other) => other.call(REFRESH_TOPIC)));
  });
  peer.handle(METRICS.ofAll, async () => {
    const answers = await Promise.allSettled(
      supervisor.peers().map((worker) => worker.call<object>(METRICS.ofWorker)),
    );
    // A worker that is starting or exiting has nothing to report.
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  });
}
