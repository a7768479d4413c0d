/** A layer's options as Keras writes them. */
export type Config = Readonly<Record<string, unknown>>;

/** Why a layer is not served, in words that follow its name. */
export class UnsupportedLayer extends Error {}

/** Those of the options that the file has. */
export function pick(config: Config, names: readonly string[]): Config {
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(config, name)).map((name) => [name, config[name]]),
  );
}

/** An option's value; `fallback` if the file has none. */
export function given(config: Config, name: string, fallback: unknown): unknown {
  return Object.hasOwn(config, name) && config[name] !== null ? config[name] : fallback;
}

/** @throws UnsupportedLayer if the option is written and has none of these values */
export function refuseUnless(
  config: Config,
  name: string,
  values: readonly unknown[],
  why = 'is not supported',
): void {
  if (!Object.hasOwn(config, name)) return;
  const text = JSON.stringify(config[name]) ?? 'undefined';
  if (!values.some((value) => JSON.stringify(value) === text))
    throw new UnsupportedLayer(`${name} = ${text.slice(0, 80)} ${why}`);
}

/** An option that TensorFlow.js takes as one number, and Keras 2 writes as a list of one. */
export function single(config: Config, name: string): unknown {
  const value = config[name];
  if (!Array.isArray(value)) return value;
  if (value.length !== 1) throw new UnsupportedLayer(`${name} = ${JSON.stringify(value)} is not supported`);
  return value[0];
}

/** Keras's names of activations, and TensorFlow.js's where they differ. */
const ACTIVATIONS = new Map([
  ...[
    'elu',
    'gelu',
    'linear',
    'mish',
    'relu',
    'relu6',
    'selu',
    'sigmoid',
    'softmax',
    'softplus',
    'softsign',
    'tanh',
  ].map((name) => [name, name] as const),
  ['swish', 'swish'],
  ['silu', 'swish'],
  ['log_softmax', 'log_softmax'],
  ['exponential', 'exponential'],
  ['leaky_relu', 'leaky_relu_02'],
  ['hard_silu', 'hard_silu'],
  ['hard_swish', 'hard_silu'],
]);

/**
 * TensorFlow.js's name of an activation.
 * @param version Keras's major version, whose hard sigmoids differ
 * @throws UnsupportedLayer for any other function
 */
export function activationOf(value: unknown, version: number): string {
  const name = value === null || value === undefined ? 'linear' : nameOf(value);
  if (name === 'hard_sigmoid') return version >= 3 ? 'relu6_sigmoid' : 'hard_sigmoid';
  const known = name === undefined ? undefined : ACTIVATIONS.get(name);
  if (known === undefined)
    throw new UnsupportedLayer(`activation ${JSON.stringify(name ?? value).slice(0, 80)} is not supported`);
  return known;
}

/** Keras 3 may write a function as {module, class_name: "function", config: name}. */
function nameOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const { module, class_name, config } = value as Config;
  const isFunction = class_name === 'function' && (module === 'builtins' || module === 'keras.activations');
  return isFunction && typeof config === 'string' ? config : undefined;
}
