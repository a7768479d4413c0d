import type { ApiBodyOptions } from '@nestjs/swagger';
import { z } from 'zod';
import { documented } from '../../../common/components.js';
import type { Signature } from '../../../inference/model.js';
import { DATATYPES } from '../../../inference/tensor.js';
import { exampleValue } from '../../openapi/model-schemas.js';
import { EXAMPLE_ROW, VALUE } from '../../openapi/row.schemas.js';
import type { ModelOperation } from '../protocol.js';
import { BRAIN_FLOAT } from './v2.request.js';
import type { ModelStatistics } from './v2.statistics.js';

const PARAMETERS = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
  .meta({ id: 'V2Parameters', description: 'Parameters by name, as `binary_data` or `binary_data_size`' });

const TENSOR_SPEC = z
  .object({ name: z.string(), datatype: z.enum(DATATYPES), shape: z.array(z.int()) })
  .meta({ id: 'V2TensorMetadata' });

const TENSOR = z
  .object({
    name: z.string(),
    datatype: z.enum([...DATATYPES, BRAIN_FLOAT]),
    shape: z.array(z.int()),
    data: z
      .array(VALUE)
      .optional()
      .describe('Flat, or nested like the shape; missing if it follows as bytes'),
    parameters: PARAMETERS.optional(),
  })
  .meta({ id: 'V2Tensor' });

const INFER_REQUEST = z
  .object({
    id: z.string().optional(),
    parameters: PARAMETERS.optional(),
    inputs: z.array(TENSOR).min(1),
    outputs: z
      .array(z.object({ name: z.string(), parameters: PARAMETERS.optional() }))
      .optional()
      .describe('Default: the default outputs of the model'),
  })
  .meta({
    id: 'V2InferRequest',
    examples: [
      {
        inputs: [{ name: 'input-0', shape: [1, 8], datatype: 'FP64', data: EXAMPLE_ROW }],
        outputs: [{ name: 'predict' }, { name: 'predict_proba' }],
      },
    ],
  });

export const INFER_RESPONSE = z
  .object({
    model_name: z.string(),
    model_version: z.string(),
    id: z.string().optional(),
    parameters: z
      .object({ out_of_range: z.string() })
      .optional()
      .describe('out_of_range: values outside the training range, as JSON text'),
    outputs: z.array(TENSOR),
  })
  .meta({
    id: 'V2InferResponse',
    examples: [
      {
        model_name: 'diabetes',
        model_version: '1',
        outputs: [{ name: 'predict', datatype: 'INT64', shape: [1], data: [0] }],
      },
    ],
  });

export const INFER_BODY = { schema: documented(INFER_REQUEST, 'input') } as ApiBodyOptions;

const flag = z.boolean();
export const SERVER_LIVE = z.object({ live: flag }).meta({ id: 'V2ServerLive' });
export const SERVER_READY = z.object({ live: flag, ready: flag }).meta({ id: 'V2ServerReady' });
export const MODEL_READY = z.object({ name: z.string(), ready: flag }).meta({ id: 'V2ModelReady' });

export const SERVER = z
  .object({ name: z.string(), version: z.string(), extensions: z.array(z.string()) })
  .meta({ id: 'V2ServerMetadata' });

export const METADATA = z
  .object({
    name: z.string(),
    versions: z.array(z.string()),
    platform: z.string(),
    inputs: z.array(TENSOR_SPEC),
    outputs: z.array(TENSOR_SPEC),
  })
  .meta({ id: 'V2ModelMetadata' });

export const INDEX_BODY = {
  required: false,
  schema: documented(
    z
      .object({ ready: z.boolean().optional().describe('True lists ready versions only') })
      .meta({ id: 'V2IndexRequest', examples: [{}] }),
    'input',
  ),
} as ApiBodyOptions;

export const INDEX = z
  .array(
    z.object({
      name: z.string(),
      version: z.string(),
      state: z.enum(['READY', 'UNAVAILABLE']),
      reason: z.string(),
    }),
  )
  .meta({ id: 'V2Index' });

const COUNT = z.int().min(0);
const DURATION = z.object({ count: COUNT, ns: COUNT }).meta({ id: 'V2Duration' });
const COMPUTE = { compute_input: DURATION, compute_infer: DURATION, compute_output: DURATION };
export const STATISTICS = z
  .object({
    model_stats: z.array(
      z.object({
        name: z.string(),
        version: z.string(),
        last_inference: COUNT.describe('Milliseconds since 1970; 0 if there was none'),
        inference_count: COUNT.describe('Rows'),
        execution_count: COUNT.describe('Batches'),
        inference_stats: z.object({
          success: DURATION,
          fail: DURATION,
          queue: DURATION,
          ...COMPUTE,
          cache_hit: DURATION,
          cache_miss: DURATION,
        }),
        batch_stats: z.array(z.object({ batch_size: COUNT, ...COMPUTE })),
      }),
    ),
  })
  .meta({ id: 'V2Statistics' });
export interface Statistics {
  readonly model_stats: readonly ModelStatistics[];
}

/** The body of load and unload, with or without parameters, and their response, an empty object. */
const NOTHING = z.object({});
export const LOAD_BODY = {
  required: false,
  schema: documented(
    z.object({ parameters: PARAMETERS.optional() }).meta({ id: 'V2LoadRequest', examples: [{}] }),
    'input',
  ),
} as ApiBodyOptions;
export const LOADED = NOTHING.meta({ id: 'V2Loaded' });

/** The OpenAPI description of inference with one model. */
export const inferOperation = (signature: Signature): Record<string, ModelOperation> => ({
  '/v2/models/{name}/infer': {
    id: 'infer',
    summary: 'Predict over the Open Inference Protocol V2 with',
    body: documented(INFER_REQUEST, 'input'),
    answer: documented(INFER_RESPONSE, 'output'),
    example: inferExample(signature),
  },
});

function inferExample({ features, inputs, defaultOutputs }: Signature): unknown {
  const tensors = inputs.map(({ name, shape, datatype }, i) => {
    const sizes = shape.map((size, axis) => (axis === 0 ? 1 : Math.max(size, 1)));
    const count = sizes.reduce((a, b) => a * b, 1);
    const columns = inputs.length === 1 ? features : features?.slice(i, i + 1);
    const data =
      columns?.length === count
        ? columns.map(exampleValue)
        : new Array<number>(Math.min(count, 1000)).fill(0);
    return { name, shape: sizes, datatype, data };
  });
  return { inputs: tensors, outputs: defaultOutputs.map((name) => ({ name })) };
}
