import { z } from 'zod';
import { DATATYPES } from '../inference/tensor.js';
import { type Signature, ModelFileError } from '../inference/model.js';
import { RUNTIME_NAMES } from '../formats/formats.js';
import { isInnerPath } from '../formats/inner-path.js';

/** The manifest file of a model package. */
export const MANIFEST_FILE = 'modelgate.json';

const datatype = z.enum(DATATYPES);
const size = z.number().int().min(-1);
const tensorSpec = z
  .strictObject({ name: z.string().min(1), datatype, shape: z.array(size) })
  .meta({ id: 'TensorSpec' });

/** Of a feature's values in training: the least and the greatest. */
const featureRange = z.tuple([z.number(), z.number()]);

const feature = z
  .strictObject({
    name: z.string(),
    datatype,
    range: featureRange.optional(),
    categories: z.array(z.union([z.string(), z.number()])).optional(),
    nullable: z.boolean().optional(),
    ignored: z.boolean().optional(),
  })
  .meta({ id: 'Feature' });

export const signatureSchema = z
  .strictObject({
    inputs: z.array(tensorSpec).min(1),
    features: z.array(feature).optional(),
    unnamed: z.boolean().optional(),
    outputs: z.array(tensorSpec).min(1),
    defaultOutputs: z.array(z.string()).min(1),
    classes: z.array(z.union([z.string(), z.number(), z.boolean()])).optional(),
    rows: z.enum(['free', 'none']).optional(),
    wholeOutputs: z.array(z.string()).optional(),
  })
  .meta({ id: 'Signature' }) satisfies z.ZodType<Signature>;

export const RUNTIME_NAME = z.enum(RUNTIME_NAMES);

const packageFile = z.strictObject({
  path: z.string().refine(isInnerPath, 'must be a relative path inside the package'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits'),
  bytes: z.number().int().min(0),
});

/** `modelgate.json`: one immutable version of a model, with the digests of all its files. */
export const manifestSchema = z.strictObject({
  schemaVersion: z.literal(1),
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'may contain letters, digits, dots, dashes and underscores'),
  version: z.string().regex(/^[1-9]\d{0,8}$/, 'must be a positive whole number'),
  runtime: RUNTIME_NAME,
  description: z.string(),
  /** Creation time of the package. Missing if the same data must give the same bytes. */
  createdAt: z.iso.datetime().optional(),
  signature: signatureSchema,
  /** Metrics on held-out data, by name. */
  metrics: z.record(z.string(), z.unknown()).optional(),
  /** Library, steps and data digest. */
  provenance: z.record(z.string(), z.unknown()).optional(),
  runtimeOptions: z.record(z.string(), z.unknown()).optional(),
  /** Computed in a process of its own. */
  isolated: z.boolean().optional(),
  files: z.array(packageFile),
});

export type Manifest = Readonly<Omit<z.infer<typeof manifestSchema>, 'signature'>> & {
  readonly signature: Signature;
};

/**
 * Parses a manifest.
 * @param where name of the package in messages
 * @throws ModelFileError that names the first wrong field
 */
export function parseManifest(text: string, where: string): Manifest {
  const parsed = manifestSchema.safeParse(parseJson(text, where));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ModelFileError(
      `${where}: ${MANIFEST_FILE}: ${issue?.path.join('.') || 'document'}: ${issue?.message}`,
    );
  }
  return parsed.data;
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ModelFileError(`${where}: ${MANIFEST_FILE} is not JSON`);
  }
}
