import { z } from 'zod';
import { isSecretName, REDACTED } from '../common/secrets.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The schema of the route's body. A record holds the fields that it names and nothing else of a body. */
    readonly bodySchema?: z.ZodType;
  }
}

/**
 * The fields of a body that the route's schema names and accepts, secrets redacted. What else a caller sent, perhaps a
 * password to the wrong route, is not recorded.
 * @returns undefined for a route without a schema, or a body without any of its fields
 */
export function recordedBody(schema: z.ZodType | undefined, body: unknown): string | undefined {
  const fields = schema && fieldsOf(schema);
  if (!fields || typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(body)) {
    const field = fields.get(name);
    if (field && isSecretName(name)) kept[name] = REDACTED;
    else if (field?.safeParse(value).success) kept[name] = value;
  }
  return Object.keys(kept).length === 0 ? undefined : JSON.stringify(kept);
}

/** The fields of an object, or of all objects that a union allows; undefined for any other schema. */
function fieldsOf(schema: z.ZodType): Map<string, z.ZodType> | undefined {
  if (schema instanceof z.ZodObject) return new Map(Object.entries(schema.shape));
  if (schema instanceof z.ZodUnion) {
    const all = (schema.options as z.ZodType[]).flatMap((option) => [...(fieldsOf(option) ?? [])]);
    return new Map(all);
  }
  if (schema instanceof z.ZodPipe)
    return fieldsOf(schema.in as z.ZodType) ?? fieldsOf(schema.out as z.ZodType);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
    return fieldsOf(schema.unwrap() as z.ZodType);
  return undefined;
}
