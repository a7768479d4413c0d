import { ApiResponse } from '@nestjs/swagger';

const text = { type: 'string' } as const;
const time = { ...text, format: 'date-time' } as const;

const SESSION_SCHEMA = {
  type: 'object' as const,
  required: [
    'id',
    'client_id',
    'scope',
    'address',
    'user_agent',
    'created_at',
    'used_at',
    'expires_at',
    'current',
  ],
  properties: {
    id: { ...text, format: 'uuid' },
    client_id: { ...text, nullable: true, description: 'The client, where it named itself' },
    scope: { ...text, example: 'predict models:read' },
    address: { ...text, description: 'Where the login came from' },
    user_agent: text,
    created_at: time,
    used_at: { ...time, description: 'When the login was, or the last refresh' },
    expires_at: time,
    current: { type: 'boolean' as const, description: 'Whether the token of this call belongs to it' },
  },
};

export const ApiSessions = (): MethodDecorator =>
  ApiResponse({
    status: 200,
    description: 'The sessions that are not over, the one used last first',
    schema: {
      type: 'object',
      required: ['sessions'],
      properties: { sessions: { type: 'array', items: SESSION_SCHEMA } },
    },
  });

export const ApiEnded = (): MethodDecorator =>
  ApiResponse({
    status: 200,
    description: 'Their tokens are refused from the next call on',
    schema: {
      type: 'object',
      required: ['ended'],
      properties: { ended: { type: 'integer', description: 'Sessions that ended', example: 2 } },
    },
  });
