import { Controller, Get, HttpException } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  HealthCheckService,
  type HealthCheckResult,
  HealthIndicatorService,
  TypeOrmHealthIndicator,
} from '@nestjs/terminus';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Public } from '../auth/gate/auth.decorator.js';
import { ApiError } from '../common/errors.js';
import { ServerState } from '../common/server-state.js';
import { Operation } from '../common/operation.js';
import { Probe } from '../logging/recording.js';
import { ModelRegistry } from '../models/model-registry.js';

const CHECK_MS = 3000;

const LIVE = z.object({ status: z.literal('ok') }).meta({ id: 'Live' });

const INDICATORS = z.record(z.string(), z.looseObject({ status: z.enum(['up', 'down']) }));

/** The result of a health check in the form of @nestjs/terminus. */
const READY = z
  .object({
    status: z.enum(['ok', 'error', 'shutting_down']),
    info: INDICATORS.optional(),
    error: INDICATORS.optional(),
    details: INDICATORS.describe('What was checked: database, models'),
  })
  .meta({ id: 'Ready' });

@ApiTags('Health')
@Controller('health')
@Probe()
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly database: TypeOrmHealthIndicator,
    private readonly connection: DataSource,
    private readonly indicators: HealthIndicatorService,
    private readonly registry: ModelRegistry,
    private readonly state: ServerState,
  ) {}

  @Get('live')
  @Public()
  @Operation({ summary: 'Liveness probe', returns: 'The process answers', schema: LIVE })
  getLive(): { status: string } {
    return { status: 'ok' };
  }

  @Get('ready')
  @Public()
  @Operation({
    summary: 'Readiness probe',
    description: 'Ready means that the database answers and every live model is loaded.',
    returns: 'Ready',
    schema: READY,
    errors: ['model_not_ready', 'database_unavailable', 'stopping'],
  })
  async getReady(): Promise<HealthCheckResult> {
    if (this.state.isStopping) throw new ApiError('stopping');
    try {
      return await this.health.check([
        // Without a connection, the check would load TypeORM's Nest module to find one.
        () => this.database.pingCheck('database', { connection: this.connection, timeout: CHECK_MS }),
        () => {
          const models = this.indicators.check('models');
          return this.registry.isReady() ? models.up() : models.down();
        },
      ]);
    } catch (error) {
      if (isDown(error, 'database'))
        throw new ApiError('database_unavailable', undefined, {
          cause: error,
        });
      const failed = this.registry.failed();
      throw new ApiError(
        'model_not_ready',
        failed.length > 0
          ? `models that could not be loaded: ${failed.join(', ')}`
          : 'not every model is loaded',
        { cause: error },
      );
    }
  }
}

/** Whether a failed health check names this part. */
function isDown(error: unknown, part: string): boolean {
  if (!(error instanceof HttpException)) return false;
  const { error: parts } = error.getResponse() as { error?: object };
  return parts !== undefined && part in parts;
}
