import type { OpenAPIObject } from '@nestjs/swagger';
import { SECURITY_SCHEME } from '../../auth/gate/auth.decorator.js';
import type { Scope } from '../../auth/gate/scopes.js';
import type { LoadedVersion } from '../../models/loaded-version.js';
import type { Feature, Signature } from '../../inference/model.js';

type Schema = Record<string, unknown>;
type Paths = OpenAPIObject['paths'];

/** The paths that a model adds to the OpenAPI document: its own features, types, ranges and an example that can be sent. */
export function modelPaths(model: LoadedVersion): Paths {
  const { name, version, manifest } = model;
  const { signature, description } = manifest;
  const tag = `Model ${name}`;
  const operation = (id: string, summary: string, schema: Schema, answer: Schema, example: unknown) => ({
    tags: [tag],
    operationId: `${id}_${name}`,
    summary,
    description: `${description}, version ${version}.`,
    security: [{ [SECURITY_SCHEME]: ['predict' satisfies Scope] }],
    requestBody: { required: true, content: { 'application/json': { schema, example } } },
    responses: {
      '200': { description: 'The answer', content: { 'application/json': { schema: answer } } },
      default: { description: 'As for any model' },
    },
  });
  return {
    [`/v1/models/${name}:predict`]: {
      post: operation(
        'predict',
        `Predict with ${name}`,
        instancesSchema(signature),
        predictionsSchema(signature),
        instancesExample(signature),
      ),
    },
    [`/v2/models/${name}/infer`]: {
      post: operation(
        'infer',
        `Predict with ${name} (Open Inference Protocol V2)`,
        { type: 'object' },
        { type: 'object' },
        inferExample(signature),
      ),
    },
  };
}

function instancesSchema(signature: Signature): Schema {
  return {
    type: 'object',
    required: ['instances'],
    properties: {
      instances: {
        type: 'array',
        minItems: 1,
        items: signature.features ? rowSchema(signature.features) : {},
      },
    },
  };
}

/** A row by feature name; a list in the same order is taken too. */
function rowSchema(features: readonly Feature[]): Schema {
  return {
    type: 'object',
    required: features.filter(({ ignored }) => !ignored).map(({ name }) => name),
    properties: Object.fromEntries(features.map((feature) => [feature.name, featureSchema(feature)])),
    additionalProperties: false,
  };
}

function featureSchema({ datatype, range, categories, nullable }: Feature): Schema {
  const base =
    datatype === 'BYTES'
      ? 'string'
      : datatype === 'BOOL'
        ? 'boolean'
        : datatype.startsWith('FP')
          ? 'number'
          : 'integer';
  return {
    type: nullable ? [base, 'null'] : base,
    ...(range && {
      description: `In training from ${range[0]} to ${range[1]}; values outside are answered and flagged`,
    }),
    ...(categories && {
      description: `In training: ${categories.slice(0, 50).join(', ')}${categories.length > 50 ? ', …' : ''}`,
    }),
  };
}

/** A list; lists by output name where the model gives several. */
function predictionsSchema({ classes, defaultOutputs }: Signature): Schema {
  const list = { type: 'array', items: classes ? { enum: [...classes] } : {} };
  const several = {
    type: 'object',
    properties: Object.fromEntries(defaultOutputs.map((name) => [name, { type: 'array' }])),
  };
  return { type: 'object', properties: { predictions: defaultOutputs.length === 1 ? list : several } };
}

function instancesExample({ features, inputs }: Signature): unknown {
  if (features)
    return {
      instances: [Object.fromEntries(features.map((feature) => [feature.name, exampleValue(feature)]))],
    };
  const [first] = inputs;
  return {
    instances: [
      inputs.length === 1
        ? zeros(first.shape.slice(1))
        : Object.fromEntries(inputs.map(({ name, shape }) => [name, zeros(shape.slice(1))])),
    ],
  };
}

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

/** A value a model is likely to have seen: the middle of the training range, or the first category. */
function exampleValue({ datatype, range, categories }: Feature): unknown {
  if (datatype === 'BYTES') return String(categories?.[0] ?? 'text');
  if (datatype === 'BOOL') return false;
  if (!range) return 0;
  const middle = (range[0] + range[1]) / 2;
  return datatype.startsWith('FP') ? Number(middle.toPrecision(4)) : Math.round(middle);
}

function zeros(shape: readonly number[]): unknown {
  const [size, ...rest] = shape;
  return size === undefined ? 0 : Array.from({ length: Math.min(Math.max(size, 1), 100) }, () => zeros(rest));
}
