import { ApiResponse } from '@nestjs/swagger';

const text = { type: 'string' } as const;
const texts = { type: 'array', items: text } as const;
const time = { ...text, format: 'date-time' } as const;

const properties = {
  client_id: { ...text, example: 'nightly-report' },
  description: text,
  disabled: { type: 'boolean' as const },
  grants: { ...texts, description: 'Roles and scopes as granted', example: ['role:predictor'] },
  scopes: { ...texts, description: 'The granted scopes, with roles resolved' },
  secret_created_at: time,
  previous_secret_expires_at: {
    ...time,
    nullable: true,
    description: 'Time until which the previous secret is valid; null if it is not',
  },
  created_at: time,
  updated_at: time,
};

const SERVICE_ACCOUNT_SCHEMA = { type: 'object' as const, required: Object.keys(properties), properties };

export const ApiServiceAccount = (): MethodDecorator =>
  ApiResponse({ status: 200, description: 'The service account', schema: SERVICE_ACCOUNT_SCHEMA });

export const ApiNewSecret = (status: number): MethodDecorator =>
  ApiResponse({
    status,
    description: 'The service account and its secret, which is shown only once',
    schema: {
      ...SERVICE_ACCOUNT_SCHEMA,
      required: [...SERVICE_ACCOUNT_SCHEMA.required, 'client_secret'],
      properties: { ...properties, client_secret: text },
    },
  });

export const ApiServiceAccounts = (): MethodDecorator =>
  ApiResponse({
    status: 200,
    description: 'A page of service accounts, ordered by name',
    schema: {
      type: 'object',
      required: ['service_accounts', 'next_cursor'],
      properties: {
        service_accounts: { type: 'array', items: SERVICE_ACCOUNT_SCHEMA },
        next_cursor: { ...text, nullable: true, description: 'Null on the last page' },
      },
    },
  });
