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
    backend: { type: 'string', description: 'What computes: for TensorFlow.js its backend' },
    description: { type: 'string' },
    signature: {
      type: 'object',
      description: 'Inputs, features with types and training ranges, outputs, classes',
    },
    metrics: { type: 'object', description: 'Held-out figures' },
    provenance: {
      type: 'object',
      description: 'The library that wrote the file, the tree of steps, digests',
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
  description: 'Names, and each model in full',
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
      name: { type: 'string', description: "The file's own name without its suffix unless given" },
      feature_names: { type: 'string', description: 'Comma-separated, for files that hold none' },
      runtime: { type: 'string', enum: RUNTIME_NAMES },
      file: { type: 'string', format: 'binary', description: 'Comes last' },
    },
  },
};
