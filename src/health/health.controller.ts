import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  HealthCheckService,
  type HealthCheckResult,
  HealthIndicatorService,
  TypeOrmHealthIndicator,
} from '@nestjs/terminus';
import { DataSource } from 'typeorm';
import { Public } from '../auth/gate/auth.decorator.js';
import { ApiError } from '../common/errors.js';
import { ApiErrors } from '../common/openapi.js';
import { Probe } from '../logging/recording.js';
import { ModelRegistry } from '../models/model-registry.js';

const CHECK_MS = 3000;

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
  ) {}

  @Get('live')
  @Public()
  @ApiOperation({ summary: 'Liveness probe' })
  @ApiResponse({ status: 200, description: 'Alive', schema: { type: 'object', example: { status: 'ok' } } })
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('ready')
  @Public()
  @ApiOperation({
    summary: 'Readiness probe',
    description: 'Ready means that the database answers and every live model is loaded.',
  })
  @ApiResponse({ status: 200, description: 'Ready', schema: { type: 'object' } })
  @ApiErrors('problem', 'model_not_ready')
  async ready(): Promise<HealthCheckResult> {
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
      const failed = this.registry.failed();
      throw new ApiError(
        'model_not_ready',
        failed.length > 0
          ? `models that could not be loaded: ${failed.join(', ')}`
          : 'the server is not ready',
        { cause: error },
      );
    }
  }
}
