import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { z } from 'zod';

type JsonSchema = Record<string, unknown>;

const jsonSchema = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, { io: 'input', target: 'openapi-3.0' }) as JsonSchema;

/** Documents a JSON body with the schema that checks it. */
export const ApiJsonBody = (schema: z.ZodType): MethodDecorator =>
  ApiBody({ required: true, schema: jsonSchema(schema) });

/** Documents the query parameters of the schema that checks them. */
export function ApiQueryOf(schema: z.ZodObject): MethodDecorator {
  const properties = jsonSchema(schema).properties as Record<string, JsonSchema & { description?: string }>;
  return applyDecorators(
    ...Object.entries(properties).map(([name, { description, ...property }]) =>
      ApiQuery({ name, required: false, description, schema: property }),
    ),
  );
}

const text = { type: 'string' } as const;
const texts = { type: 'array', items: text } as const;

const USER_SCHEMA = {
  type: 'object' as const,
  required: ['username', 'full_name', 'email', 'disabled', 'grants', 'scopes', 'created_at', 'updated_at'],
  properties: {
    username: { ...text, example: 'alice' },
    full_name: text,
    email: text,
    disabled: { type: 'boolean' as const },
    grants: { ...texts, description: 'Roles and scopes as granted', example: ['role:operator'] },
    scopes: { ...texts, description: 'The granted scopes, with roles resolved' },
    created_at: { ...text, format: 'date-time' },
    updated_at: { ...text, format: 'date-time' },
  },
};

export const ApiUser = (status = 200): MethodDecorator =>
  ApiResponse({ status, description: 'The user', schema: USER_SCHEMA });

export const ApiUsers = (): MethodDecorator =>
  ApiResponse({
    status: 200,
    description: 'A page of users, ordered by name',
    schema: {
      type: 'object',
      required: ['users', 'next_cursor'],
      properties: {
        users: { type: 'array', items: USER_SCHEMA },
        next_cursor: { ...text, nullable: true, description: 'Null on the last page' },
      },
    },
  });

export const ApiMe = (): MethodDecorator =>
  ApiResponse({
    status: 200,
    description: 'The caller',
    schema: {
      type: 'object',
      required: ['username', 'full_name', 'email', 'grants', 'scopes'],
      properties: {
        username: { ...text, example: 'alice' },
        full_name: text,
        email: text,
        grants: { ...texts, description: 'Roles and scopes of the user' },
        scopes: { ...texts, description: 'Scopes of this token' },
      },
    },
  });

export const ApiDone = (description: string): MethodDecorator => ApiResponse({ status: 204, description });
