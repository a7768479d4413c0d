import { z } from 'zod';

type JsonSchema = Record<string, unknown>;
export type Direction = 'input' | 'output';

const PREFIX = '#/components/schemas/';

const DOCUMENTED_AS = z.registry<{ readonly schema: JsonSchema }>();

/** Shows a schema in the document in other words than its own: what a caller writes may be read by steps. */
export function documentedAs<S extends z.ZodType>(schema: S, as: JsonSchema): S {
  DOCUMENTED_AS.add(schema, { schema: as });
  return schema;
}

/** Where a schema with an id stands in the OpenAPI document. */
export const componentRef = (id: string): string => PREFIX + id;

/** A schema as the document holds it: a reference if it has an id, else in place. */
export function documented(schema: z.ZodType, io: Direction): JsonSchema {
  const id = z.globalRegistry.get(schema)?.id;
  if (id) return { $ref: componentRef(id) };
  const { $schema: _, $defs: __, ...rest } = z.toJSONSchema(schema, { io, override });
  return rewriteRefs(rest) as JsonSchema;
}

/**
 * The components that a document refers to, with those that they refer to in turn.
 * @param bodies ids referred to by what callers send, @param answers by what they get
 * @throws Error for a component that would differ between the two
 */
export function componentsOf(
  bodies: Iterable<string>,
  answers: Iterable<string>,
): Record<string, JsonSchema> {
  const sent = closure(bodies, 'input');
  const answered = closure(answers, 'output');
  const both = Object.keys(sent).filter((id) => id in answered);
  const different = both.find((id) => JSON.stringify(sent[id]) !== JSON.stringify(answered[id]));
  if (different)
    throw new Error(`the component ${different} differs between requests and answers: use two ids`);
  const all = { ...sent, ...answered };
  return Object.fromEntries(
    Object.keys(all)
      .sort()
      .map((id) => [id, all[id]]),
  );
}

/** Ids of components that a JSON value refers to. */
export function idsIn(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value !== 'object' || value === null) return found;
  const { $ref } = value as { $ref?: unknown };
  if (typeof $ref === 'string' && $ref.startsWith(PREFIX)) found.add($ref.slice(PREFIX.length));
  for (const each of Object.values(value)) idsIn(each, found);
  return found;
}

function closure(ids: Iterable<string>, io: Direction): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(z.globalRegistry, {
    io,
    override,
    uri: componentRef,
    unrepresentable: 'any',
  });
  const found: Record<string, JsonSchema> = {};
  const open = [...ids];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id in found) continue;
    const { $schema: _, $id: __, ...schema } = schemas[id] as JsonSchema;
    found[id] = schema;
    open.push(...idsIn(schema));
  }
  return found;
}

interface Overridden {
  readonly zodSchema: z.core.$ZodTypes;
  readonly jsonSchema: JsonSchema;
}

/**
 * `z.object` stays open: an answer may get further members in a later version. `z.strictObject` is closed. What a format
 * or a type says already is left out: a date's pattern, an integer's bounds.
 */
function override({ zodSchema, jsonSchema }: Overridden): void {
  const { _zod } = zodSchema;
  const as = DOCUMENTED_AS.get(zodSchema)?.schema;
  if (as) {
    for (const key of Object.keys(jsonSchema)) if (key !== 'description') delete jsonSchema[key];
    Object.assign(jsonSchema, as);
    return;
  }
  if (_zod.def.type === 'object' && !_zod.def.catchall) delete jsonSchema.additionalProperties;
  if (_zod.def.type === 'tuple') Object.assign(jsonSchema, listOf(jsonSchema));
  if (_zod.def.type === 'default') jsonSchema.default = _zod.def.defaultValue;
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

/** A tuple as a list of so many items, since generators of clients know nothing else. */
function listOf(tuple: JsonSchema): JsonSchema {
  const { prefixItems } = tuple as { prefixItems: readonly JsonSchema[] };
  delete tuple.prefixItems;
  const kinds = new Map(prefixItems.map((item) => [JSON.stringify(item), item]));
  const [items, ...others] = kinds.values();
  const { length } = prefixItems;
  return {
    items: others.length === 0 ? items : { anyOf: [items, ...others] },
    minItems: length,
    maxItems: length,
  };
}

function rewriteRefs(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', `"${PREFIX}`));
}
