import type { Feature, Signature } from '../../inference/model.js';

type Schema = Record<string, unknown>;

/** `{"instances": […]}` with the features of a model. */
export function instancesSchema(signature: Signature): Schema {
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

/** A row by feature name; a list in the same order is accepted too. */
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

/** A list; if the model has several outputs, lists by output name. */
export function predictionsSchema({ classes, defaultOutputs }: Signature): Schema {
  const list = { type: 'array', items: classes ? { enum: [...classes] } : {} };
  const several = {
    type: 'object',
    properties: Object.fromEntries(defaultOutputs.map((name) => [name, { type: 'array' }])),
  };
  return { type: 'object', properties: { predictions: defaultOutputs.length === 1 ? list : several } };
}

export function instancesExample({ features, inputs }: Signature): unknown {
  if (features)
    return {
      instances: [Object.fromEntries(features.map((feature) => [feature.name, exampleValue(feature)]))],
    };
  const [first, second] = inputs;
  return {
    instances: [
      first && second === undefined
        ? zeros(first.shape.slice(1))
        : Object.fromEntries(inputs.map(({ name, shape }) => [name, zeros(shape.slice(1))])),
    ],
  };
}

/** A typical value: the middle of the training range, or the first category. */
export function exampleValue({ datatype, range, categories }: Feature): unknown {
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
