import { RUNTIME_NAMES } from '../formats/formats.js';
import type { ApiBodyOptions, ApiResponseOptions } from '@nestjs/swagger';

const MODEL_SCHEMA = {
  type: 'object',
  required: ['name', 'ready', 'live_version', 'versions'],
  properties: {
    name: { type: 'string', example: 'diabetes' },
    ready: { type: 'boolean' },
    live_version: { type: 'string', example: '1' },
    previous_version: { type: 'string', nullable: true },
    runtime: { type: 'string', enum: RUNTIME_NAMES },
    backend: { type: 'string', description: 'The computing backend, for TensorFlow.js' },
    description: { type: 'string' },
    signature: {
      type: 'object',
      description: 'Inputs, features with types and training ranges, outputs, classes',
    },
    metrics: { type: 'object', description: 'Metrics on held-out data' },
    provenance: {
      type: 'object',
      description: 'Library that wrote the file, its steps, digests',
    },
    memory_bytes: { type: 'integer' },
    versions: { type: 'array', items: { type: 'object' } },
  },
} as const;

export const MODEL_ANSWER = {
  status: 200,
  description: 'The model',
  schema: MODEL_SCHEMA,
} as unknown as ApiResponseOptions;

export const MODEL_LIST_ANSWER = {
  status: 200,
  description: 'Names of all models, and details of each',
  schema: {
    type: 'object',
    properties: {
      models: { type: 'array', items: { type: 'string' } },
      items: { type: 'array', items: MODEL_SCHEMA },
    },
  },
} as unknown as ApiResponseOptions;

export const UPLOAD_BODY: ApiBodyOptions = {
  schema: {
    type: 'object',
    required: ['file'],
    properties: {
      name: { type: 'string', description: "Default: the file's name without its suffix" },
      feature_names: { type: 'string', description: 'Comma-separated, for files without feature names' },
      runtime: { type: 'string', enum: RUNTIME_NAMES },
      file: { type: 'string', format: 'binary', description: 'Must be the last part' },
    },
  },
};
