import { Controller, Get, Header } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { Auth } from '../auth/gate/auth.decorator.js';
import { Operation } from '../common/operation.js';
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
  @Operation({
    summary: 'Show metrics in the text format of Prometheus',
    returns: 'The metrics',
    content: { 'text/plain': z.string().meta({ examples: ['modelgate_models_loaded 1'] }) },
  })
  getMetrics(): Promise<string> {
    return this.metrics.text();
  }
}
