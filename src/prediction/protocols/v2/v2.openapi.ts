import type { ApiBodyOptions, ApiResponseOptions } from '@nestjs/swagger';
import type { Signature } from '../../../inference/model.js';
import { exampleValue } from '../../openapi/model-schemas.js';
import type { ModelOperation } from '../protocol.js';

const TENSOR_SPEC = {
  type: 'object',
  required: ['name', 'datatype', 'shape'],
  properties: {
    name: { type: 'string' },
    datatype: { type: 'string' },
    shape: { type: 'array', items: { type: 'integer' } },
  },
} as const;

const TENSOR = {
  ...TENSOR_SPEC,
  properties: {
    ...TENSOR_SPEC.properties,
    data: { type: 'array', items: {} },
    parameters: { type: 'object' },
  },
} as const;

export const INFER_BODY: ApiBodyOptions = {
  schema: {
    type: 'object',
    required: ['inputs'],
    properties: {
      id: { type: 'string' },
      parameters: { type: 'object' },
      inputs: { type: 'array', minItems: 1, items: TENSOR },
      outputs: {
        type: 'array',
        items: {
          type: 'object',
          required: ['name'],
          properties: { name: { type: 'string' }, parameters: { type: 'object' } },
        },
      },
    },
    example: {
      inputs: [
        { name: 'input-0', shape: [1, 8], datatype: 'FP64', data: [3, 102, 44, 20, 94, 30.8, 0.4, 26] },
      ],
      outputs: [{ name: 'predict' }, { name: 'predict_proba' }],
    },
  },
} as unknown as ApiBodyOptions;

export const INFER_ANSWER = {
  status: 200,
  description: 'The outputs asked for, or the default ones',
  schema: {
    type: 'object',
    required: ['model_name', 'model_version', 'outputs'],
    properties: {
      model_name: { type: 'string' },
      model_version: { type: 'string' },
      id: { type: 'string' },
      parameters: {
        type: 'object',
        description: 'out_of_range: values outside the training range, as JSON text',
      },
      outputs: { type: 'array', items: TENSOR },
    },
    example: {
      model_name: 'diabetes',
      model_version: '1',
      outputs: [{ name: 'predict', datatype: 'INT64', shape: [1], data: [0] }],
    },
  },
} as unknown as ApiResponseOptions;

export const METADATA_ANSWER = {
  status: 200,
  description: 'Inputs and outputs',
  schema: {
    type: 'object',
    properties: {
      name: { type: 'string' },
      versions: { type: 'array', items: { type: 'string' } },
      platform: { type: 'string' },
      inputs: { type: 'array', items: TENSOR_SPEC },
      outputs: { type: 'array', items: TENSOR_SPEC },
    },
  },
} as unknown as ApiResponseOptions;

export const INDEX_ANSWER = {
  status: 200,
  description: 'An entry a version',
  schema: {
    type: 'array',
    items: {
      type: 'object',
      properties: {
        name: { type: 'string' },
        version: { type: 'string' },
        state: { type: 'string', enum: ['READY', 'UNAVAILABLE'] },
        reason: { type: 'string' },
      },
    },
  },
} as unknown as ApiResponseOptions;

/** How the OpenAPI document describes inference with one model. */
export const inferOperation = (signature: Signature): Record<string, ModelOperation> => ({
  '/v2/models/{name}/infer': {
    id: 'infer',
    summary: 'Predict over the Open Inference Protocol V2 with',
    body: { type: 'object' },
    answer: { type: 'object' },
    example: inferExample(signature),
  },
});

function inferExample({ features, inputs, defaultOutputs }: Signature): unknown {
  const tensors = inputs.map(({ name, shape, datatype }, i) => {
    const sizes = shape.map((size, axis) => (axis === 0 ? 1 : Math.max(size, 1)));
    const count = sizes.reduce((a, b) => a * b, 1);
    const columns = inputs.length === 1 ? features : features && [features[i]];
    const data =
      columns?.length === count
        ? columns.map(exampleValue)
        : new Array<number>(Math.min(count, 1000)).fill(0);
    return { name, shape: sizes, datatype, data };
  });
  return { inputs: tensors, outputs: defaultOutputs.map((name) => ({ name })) };
}
