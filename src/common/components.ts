import { z } from 'zod';

type JsonSchema = Record<string, unknown>;
export type Direction = 'input' | 'output';

const PREFIX = '#/components/schemas/';

const DOCUMENTED_AS = z.registry<{ readonly schema: JsonSchema }>();

/** Replaces a schema in the document, for schemas whose own form clients cannot use. */
export function documentedAs<S extends z.ZodType>(schema: S, as: JsonSchema): S {
  DOCUMENTED_AS.add(schema, { schema: as });
  return schema;
}

/** The path of schemas with an id in the OpenAPI document. */
export const componentRef = (id: string): string => PREFIX + id;

/** A schema in the document: a reference if it has an id, else the schema itself. */
export function documented(schema: z.ZodType, io: Direction): JsonSchema {
  const id = z.globalRegistry.get(schema)?.id;
  if (id) return { $ref: componentRef(id) };
  const { $schema: _, $defs: __, ...rest } = z.toJSONSchema(schema, { io, override });
  return rewriteRefs(rest) as JsonSchema;
}

/**
 * The components that a document refers to, directly or through other components.
 * @param bodies ids that request bodies refer to
 * @param answers ids that responses refer to
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
  const all = Object.entries({ ...sent, ...answered });
  return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
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
 * `z.object` stays open, because a response may get further members in a later version. `z.strictObject` is closed. A
 * date's pattern and an integer's bounds are left out, because format and type imply them.
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

/** A tuple as a list with a fixed number of items, the only form that client generators support. */
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
