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
    client_id: { ...text, nullable: true, description: 'The OAuth2 client, if it was named' },
    scope: { ...text, example: 'predict models:read' },
    address: { ...text, description: 'Address of the client that logged in' },
    user_agent: text,
    created_at: time,
    used_at: { ...time, description: 'Time of the login or of the last refresh' },
    expires_at: time,
    current: { type: 'boolean' as const, description: "True for the session of this request's token" },
  },
};

export const ApiSessions = (): MethodDecorator =>
  ApiResponse({
    status: 200,
    description: 'The active sessions, most recently used first',
    schema: {
      type: 'object',
      required: ['sessions'],
      properties: { sessions: { type: 'array', items: SESSION_SCHEMA } },
    },
  });

export const ApiEnded = (): MethodDecorator =>
  ApiResponse({
    status: 200,
    description: 'The tokens of the ended sessions are rejected from the next request on',
    schema: {
      type: 'object',
      required: ['ended'],
      properties: { ended: { type: 'integer', description: 'Number of ended sessions', example: 2 } },
    },
  });
