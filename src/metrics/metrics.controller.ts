import { Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Registry } from 'prom-client';
import { Auth } from '../auth/gate/auth.decorator.js';
import { ApiErrors } from '../common/openapi.js';
import { Probe } from '../logging/recording.js';
import { MetricsService } from './metrics.service.js';

@ApiTags('Metrics')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: MetricsService) {}

  @Get()
  @Auth('metrics:read')
  @Probe()
  @Header('content-type', Registry.PROMETHEUS_CONTENT_TYPE)
  @ApiOperation({ summary: 'Metrics of this server, in the Prometheus text format' })
  @ApiResponse({
    status: 200,
    description: 'The metrics',
    content: { 'text/plain': { schema: { type: 'string', example: 'modelgate_models_loaded 1' } } },
  })
  @ApiErrors('problem', 'not_authenticated', 'invalid_token', 'insufficient_scope')
  read(): Promise<string> {
    return this.metrics.text();
  }
}
