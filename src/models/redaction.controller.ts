import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Auth } from '../auth/gate/auth.decorator.js';
import { ApiError } from '../common/errors.js';
import { ApiErrors } from '../common/openapi.js';
import { Administers } from '../logging/administration.js';
import { type RedactedFeatures, RedactionRules } from './redaction-rules.js';

const names = z.array(z.string().min(1).max(256), 'must be a list of feature names').max(10_000).default([]);
const redactionSchema = z.strictObject({ hash: names, drop: names }, 'must be an object with hash and drop');

const list = { type: 'array', items: { type: 'string' } } as const;
const SCHEMA = {
  type: 'object',
  properties: {
    hash: { ...list, description: 'Features recorded as a keyed hash of their value' },
    drop: { ...list, description: 'Features that are not recorded' },
  },
  example: { hash: ['age'], drop: ['mass'] },
} as const;

@ApiTags('Models')
@Controller('v1/models/:name/redaction')
export class RedactionController {
  constructor(private readonly rules: RedactionRules) {}

  @Get()
  @Auth('models:write', 'name')
  @ApiOperation({ summary: 'Get the redacted features of a model' })
  @ApiResponse({ status: 200, description: 'The features', schema: SCHEMA })
  @ApiErrors('problem', 'not_authenticated', 'invalid_token', 'insufficient_scope', 'model_not_found')
  get(@Param('name') name: string): Promise<RedactedFeatures> {
    return this.rules.get(name);
  }

  @Put()
  @Auth('models:write', 'name')
  @Administers('model.redact', 'name')
  @ApiOperation({
    summary: 'Set the redacted features of a model',
    description: 'Applies from the next prediction on. Existing records do not change.',
  })
  @ApiBody({ schema: SCHEMA })
  @ApiResponse({ status: 200, description: 'The features', schema: SCHEMA })
  @ApiErrors(
    'problem',
    'not_authenticated',
    'invalid_token',
    'insufficient_scope',
    'model_not_found',
    'validation_failed',
    'audit_unavailable',
  )
  set(@Param('name') name: string, @Body() body: unknown): Promise<RedactedFeatures> {
    return this.rules.set(name, parse(body));
  }
}

function parse(body: unknown): RedactedFeatures {
  const parsed = redactionSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => ({
    loc: ['body', ...path.map((part) => (typeof part === 'number' ? part : String(part)))],
    msg: message,
    type: 'value_error',
  }));
  const [{ loc, msg }] = faults;
  throw new ApiError('validation_failed', `${loc.join('.')}: ${msg}`, { faults });
}
