import { z } from 'zod';
import { isInnerPath } from '../inner-path.js';
import { ModelFileError } from '../../inference/model.js';

/** The file that a TensorFlow.js model's folder is known by. */
export const MODEL_JSON = 'model.json';

/** Topologies of the largest published models are a few MB. */
export const MAX_MODEL_JSON_BYTES = 64 * 2 ** 20;

const weightSpec = z.object({
  name: z.string(),
  shape: z.array(z.number().int().min(0)),
  dtype: z.enum(['float32', 'int32', 'bool', 'string', 'complex64']),
  group: z.enum(['model', 'optimizer']).optional(),
  quantization: z
    .object({
      dtype: z.enum(['uint8', 'uint16', 'float16']),
      scale: z.number().optional(),
      min: z.number().optional(),
    })
    .optional(),
});

const tensorInfo = z.object({ name: z.string() });

const modelJson = z.object({
  format: z.enum(['layers-model', 'graph-model']).optional(),
  generatedBy: z.string().nullish(),
  convertedBy: z.string().nullish(),
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: z.array(
    z.object({
      paths: z.array(z.string().refine(isInnerPath, "must be a path inside the model's folder")),
      weights: z.array(weightSpec),
    }),
  ),
  signature: z
    .object({
      inputs: z.record(z.string(), tensorInfo).optional(),
      outputs: z.record(z.string(), tensorInfo).optional(),
    })
    .nullish(),
  userDefinedMetadata: z.record(z.string(), z.unknown()).nullish(),
  modelInitializer: z.record(z.string(), z.unknown()).nullish(),
  initializerSignature: z.record(z.string(), z.unknown()).nullish(),
});

export type WeightSpec = z.infer<typeof weightSpec>;

/** `model.json`, with the format spelled out. */
export type ModelJson = z.infer<typeof modelJson> & { readonly format: 'layers-model' | 'graph-model' };

/** True for JSON text that looks like a TensorFlow.js model, judged by the fields that every one has. */
export function looksLikeModelJson(text: string): boolean {
  return text.trimStart().startsWith('{') && /"modelTopology"\s*:/.test(text);
}

/**
 * Reads `model.json`. The format field came with TensorFlow.js 1.0; older files are told by their topology.
 * @throws ModelFileError naming the first field that is wrong
 */
export function parseModelJson(bytes: Uint8Array): ModelJson {
  const parsed = modelJson.safeParse(parseJson(bytes));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ModelFileError(`${MODEL_JSON}: ${issue.path.join('.') || 'document'}: ${issue.message}`);
  }
  const { format, modelTopology } = parsed.data;
  return { ...parsed.data, format: format ?? (isGraph(modelTopology) ? 'graph-model' : 'layers-model') };
}

function isGraph(topology: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(topology['node']);
}

function parseJson(bytes: Uint8Array): unknown {
  if (bytes.length > MAX_MODEL_JSON_BYTES) {
    throw new ModelFileError(`${MODEL_JSON} is larger than ${MAX_MODEL_JSON_BYTES} bytes`);
  }
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw new ModelFileError(`${MODEL_JSON} is not JSON`);
  }
}
