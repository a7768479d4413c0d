import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Auth } from '../auth/gate/auth.decorator.js';
import { Operation } from '../common/operation.js';
import { Administers } from '../logging/administration.js';
import {
  MODEL_PATH,
  type ModelPath,
  REDACTION,
  REDACTION_CHANGE,
  type RedactionChange,
} from './models.schema.js';
import { type RedactedFeatures, RedactionRules } from './redaction-rules.js';

@ApiTags('Models')
@Controller('v1/models/:name/redaction')
export class RedactionController {
  constructor(private readonly rules: RedactionRules) {}

  @Get()
  @Auth('models:write', 'name')
  @Operation({
    summary: 'Get the redacted features of a model',
    returns: 'The features',
    schema: REDACTION,
    errors: ['model_not_found'],
  })
  getRedaction(@Param({ schema: MODEL_PATH }) { name }: ModelPath): Promise<RedactedFeatures> {
    return this.rules.get(name);
  }

  @Put()
  @Auth('models:write', 'name')
  @Administers('model.redact', 'name', 'name')
  @Operation({
    summary: 'Set which features the audit trail must not hold',
    description: 'It applies from the next prediction on. Earlier records stay.',
    returns: 'The features',
    schema: REDACTION,
    errors: ['model_not_found'],
  })
  setRedaction(
    @Param({ schema: MODEL_PATH }) { name }: ModelPath,
    @Body({ schema: REDACTION_CHANGE }) features: RedactionChange,
  ): Promise<RedactedFeatures> {
    return this.rules.set(name, features);
  }
}
