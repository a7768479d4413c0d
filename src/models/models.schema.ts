import { z } from 'zod';
import { timestamp } from '../common/fields.js';
import { type Page, pageMembers, pageQuery } from '../common/page.js';
import type { Signature } from '../inference/model.js';
import { RUNTIME_NAME, signatureSchema } from '../packages/manifest.schema.js';

const modelName = z
  .string()
  .describe("The model's name")
  .meta({ examples: ['diabetes'] });

export const MODEL_PATH = z.object({ name: modelName });
export type ModelPath = z.output<typeof MODEL_PATH>;

export const VERSION_PATH = z.object({
  name: modelName,
  version: z
    .string()
    .describe('A version of the model')
    .meta({ examples: ['1'] }),
});
export type VersionPath = z.output<typeof VERSION_PATH>;

export const MODEL_QUERY = z.strictObject(pageQuery());
export type ModelQuery = z.output<typeof MODEL_QUERY>;

const VERSION = z
  .object({
    version: z.string().meta({ examples: ['1'] }),
    runtime: z.string(),
    description: z.string(),
    digest: z.string().describe("SHA-256 of the version's manifest"),
    bytes: z.int().describe('Size of its files'),
    created_at: timestamp,
  })
  .meta({ id: 'ModelVersion' });

/** The members from `runtime` on describe the live version, and are missing while it is not loaded. */
export const MODEL = z
  .object({
    name: modelName,
    ready: z.boolean().describe('True if the live version is loaded'),
    live_version: z.string().meta({ examples: ['1'] }),
    previous_version: z.string().nullable().describe('What a rollback makes live'),
    versions: z.array(VERSION),
    runtime: RUNTIME_NAME.optional(),
    backend: z.string().optional().describe("What computes: TensorFlow.js's backend, or the runtime"),
    memory_bytes: z.int().optional(),
    description: z.string().optional(),
    signature: (signatureSchema as z.ZodType<Signature>).optional(),
    metrics: z.record(z.string(), z.unknown()).optional().describe('Figures on held-out data, by name'),
    provenance: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('Library that wrote the file, its steps, digests'),
  })
  .meta({ id: 'Model' });
export type ModelView = z.output<typeof MODEL>;

export const IMPORTED_MODEL = MODEL.extend({
  imported_version: z.string().describe('The version that the file became'),
}).meta({ id: 'ImportedModel' });
export type ImportedModelView = z.output<typeof IMPORTED_MODEL>;

/** KServe's V1 clients read `models`. */
export const MODEL_PAGE = z
  .object({
    models: z.array(z.string()).describe('The names of all models that the token may see'),
    ...pageMembers(MODEL),
  })
  .meta({ id: 'ModelPage' });
export type ModelPage = Page<ModelView> & { readonly models: readonly string[] };

export const UPLOAD_FORM = z
  .object({
    name: z.string().optional().describe("Default: the last file's name without its suffix"),
    feature_names: z.string().optional().describe('Comma-separated, for files without feature names'),
    runtime: RUNTIME_NAME.optional(),
    entry: z.string().optional().describe('Of a file that holds a dict, list or tuple: the entry to import'),
    file: z
      .file()
      .describe('Must be the last part. Repeated up to 16 times for files that make one model, in order'),
  })
  .meta({ id: 'ModelUpload' });

const features = z.array(z.string().min(1).max(256), 'must be a list of feature names').max(10_000);
const hash = features.describe('Features recorded as a keyed hash of their value');
const drop = features.describe('Features whose values are not recorded');
const examples = [{ hash: ['age'], drop: ['mass'] }];

export const REDACTION = z.object({ hash, drop }).meta({ id: 'Redaction', examples });

export const REDACTION_CHANGE = z
  .strictObject({ hash: hash.default([]), drop: drop.default([]) })
  .meta({ id: 'RedactionChange', examples });
export type RedactionChange = z.output<typeof REDACTION_CHANGE>;
