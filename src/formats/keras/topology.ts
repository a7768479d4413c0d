import { ModelFileError } from '../../inference/model.js';
import { type Config, UnsupportedLayer } from './config.js';
import { type Converted, LAYERS } from './layers.js';

/** A layer with weights of its own, and where the file has them. */
export interface Leaf {
  /** The layer of the model itself that it is, or is in, by Keras's name. */
  readonly layer: string;
  /** TensorFlow.js's names from the model down to the layer. */
  readonly path: readonly string[];
  readonly className: string;
  /** False if training left it as it was: Keras then lists its weights after those of trained layers. */
  readonly trainable: boolean;
  /** Where a `.keras` file has its weights. */
  readonly store: string;
}

/** A model as TensorFlow.js reads it. */
export interface Topology {
  readonly modelConfig: object;
  readonly leaves: readonly Leaf[];
}

/** Deeper nests of models than this are not made by people. */
const MAX_DEPTH = 32;
const MAX_LAYERS = 10_000;
const MODELS = ['Sequential', 'Functional', 'Model'];

/**
 * Rewrites the configuration of a Keras 2 or 3 model for TensorFlow.js, which reads Keras 2's.
 * @param version Keras's major version
 * @throws ModelFileError naming every layer that is not served, and why
 */
export function topologyOf(model: Config, version: number): Topology {
  const conversion = new Conversion(version);
  const modelConfig = conversion.model(model, [], 'layers', 0);
  conversion.refuse();
  return { modelConfig, leaves: conversion.leaves };
}

class Conversion {
  readonly leaves: Leaf[] = [];
  private readonly refusals: string[] = [];
  private count = 0;

  constructor(private readonly version: number) {}

  refuse(): void {
    if (this.refusals.length > 0)
      throw new ModelFileError(`layers that are not supported: ${this.refusals.join('; ')}`);
  }

  model(model: Config, path: readonly string[], store: string, depth: number): object {
    const { class_name: className } = model;
    if (!MODELS.includes(className as string) || depth > MAX_DEPTH)
      throw new ModelFileError(
        `expected a Sequential or Functional model; found ${JSON.stringify(className)}, whose code is not in the file`,
      );
    // Keras before 2.2.3 wrote a Sequential's configuration as the bare list of its layers.
    const config = (Array.isArray(model['config']) ? { layers: model['config'] } : model['config']) as Config;
    const layers = config?.['layers'];
    if (!Array.isArray(layers)) throw new ModelFileError('the model has no list of layers');
    const used = new Map<string, number>();
    const trained = (config['trainable'] ?? true) !== false;
    const converted = layers.flatMap((layer: Config) => this.layer(layer, path, store, depth, used, trained));
    const shift = this.nodeShift(converted);
    if (className === 'Sequential') {
      const named = converted.map(({ inbound_nodes: _nodes, ...layer }) => layer);
      shapeFirst(named, config);
      return { class_name: 'Sequential', config: { name: config['name'] ?? 'sequential', layers: named } };
    }
    return {
      class_name: 'Model',
      config: {
        name: config['name'] ?? 'model',
        layers: converted.map((layer) => ({
          ...layer,
          inbound_nodes: layer.inbound_nodes.map((call) => call.map(shift)),
        })),
        input_layers: ports(config['input_layers']),
        output_layers: ports(config['output_layers']).map(shift),
      },
    };
  }

  /** TensorFlow.js, as Keras 2, counts a model's own input as its first call; Keras 3 does not. */
  private nodeShift(layers: readonly Entry[]): (port: Port) => Port {
    if (this.version < 3) return (port) => port;
    const models = new Set(
      layers.filter(({ class_name }) => MODELS.includes(class_name)).map(({ name }) => name),
    );
    return ([layer, node, tensor]) => [layer, models.has(layer) ? node + 1 : node, tensor];
  }

  /** A layer may become several. */
  private layer(
    layer: Config,
    path: readonly string[],
    store: string,
    depth: number,
    used: Map<string, number>,
    trained: boolean,
  ): Entry[] {
    if ((this.count += 1) > MAX_LAYERS)
      throw new ModelFileError(`the model has more than ${MAX_LAYERS} layers`);
    const className = String(layer['class_name']);
    const config = (layer['config'] ?? {}) as Config;
    const name = String(layer['name'] ?? (config['name'] || className));
    const at = `${store}/${uniqueName(snakeCase(className), used)}`;
    try {
      const inbound_nodes = nodesOf(layer['inbound_nodes']);
      if (MODELS.includes(className))
        return [
          {
            name,
            inbound_nodes,
            ...(this.model(layer, [...path, name], `${at}/layers`, depth + 1) as Built),
          },
        ];
      const converted = this.convert(layer, className, config);
      const trainable = trained && config['trainable'] !== false;
      const entries = entriesOf(converted, name, config, inbound_nodes);
      const own = entries[converted.before ? 1 : 0].name;
      this.leaves.push({ layer: path[0] ?? name, path: [...path, own], className, trainable, store: at });
      return entries;
    } catch (error) {
      if (!(error instanceof UnsupportedLayer)) throw error;
      this.refusals.push(`${JSON.stringify(name)} (${className}): ${error.message}`);
      return [];
    }
  }

  private convert(layer: Config, className: string, config: Config): Converted {
    const { module } = layer;
    const isKeras = typeof module !== 'string' || /^keras(\.src)?\.layers/.test(module) || module === 'keras';
    const converter = LAYERS.get(className);
    if (!isKeras) throw new UnsupportedLayer(`${module} is not a layer of Keras`);
    if (className === 'Lambda') throw new UnsupportedLayer('it holds Python code, which is never run');
    if (!converter) throw new UnsupportedLayer('this class of layer is not supported');
    checkType(config['dtype']);
    return converter(config, this.version, (inner, what) => this.inner(inner as Config, what));
  }

  /** A layer that another one applies. */
  private inner(layer: Config, what: string): { class_name: string; config: Config } {
    const config = (layer?.['config'] ?? {}) as Config;
    const className = String(layer?.['class_name']);
    const {
      className: class_name,
      config: options,
      before,
      after,
    } = this.convert(layer ?? {}, className, config);
    if (before || after)
      throw new UnsupportedLayer(`${what}, ${className}, is not supported inside another layer`);
    return { class_name, config: { ...options, name: config['name'] ?? className } };
  }
}

interface Built {
  readonly class_name: string;
  readonly config: Config;
}

/** A layer, its call and the number of the call's tensor. */
type Port = [layer: string, node: number, tensor: number];

interface Entry extends Built {
  readonly name: string;
  readonly inbound_nodes: Port[][];
}

/** The layers that stand for one, in order. The last one has its name, which later layers refer to. */
function entriesOf(converted: Converted, name: string, source: Config, nodes: Port[][]): Entry[] {
  const parts = [converted.before, converted, converted.after].filter((part) => part !== undefined);
  const shape = source['batch_input_shape'] ?? source['batch_shape'];
  const dtype = typeOf(source['dtype']);
  return parts.map(({ className, config }, i) => {
    const isFirst = i === 0;
    const ownName = i === parts.length - 1 ? name : `${name}/${i}`;
    const shaped = isFirst && shape !== undefined ? { ...config, batch_input_shape: shape } : config;
    return {
      class_name: className,
      config: { ...shaped, name: ownName, dtype },
      name: ownName,
      inbound_nodes: isFirst ? nodes : nodes.map((_, node) => [[`${name}/${i - 1}`, node, 0]]),
    };
  });
}

/** A Sequential whose first layer tells no shape was built by the first rows that it saw. */
function shapeFirst(layers: Record<string, unknown>[], config: Config): void {
  const [first] = layers as { config: Config }[];
  const shape = config['build_input_shape'];
  if (first && first.config['batch_input_shape'] === undefined && Array.isArray(shape))
    first.config = { ...first.config, batch_input_shape: shape };
}

/** Keras writes one port as a bare [layer, node, tensor], several as a list or by name. */
function ports(value: unknown): Port[] {
  if (Array.isArray(value)) return (typeof value[0] === 'string' ? [value] : value).map(portOf);
  if (typeof value === 'object' && value !== null) return Object.values(value).map(portOf);
  throw new ModelFileError("the model's inputs or outputs are missing");
}

function portOf(value: unknown): Port {
  const [layer, node, tensor] = Array.isArray(value) ? (value as unknown[]) : [];
  if (typeof layer !== 'string' || !Number.isInteger(node) || !Number.isInteger(tensor))
    throw new ModelFileError('a reference to a layer is not [name, node, tensor]');
  return [layer, node as number, tensor as number];
}

/** A call of a layer: the tensors that it takes, as [layer, node, tensor] each. */
function nodesOf(nodes: unknown): Port[][] {
  if (!Array.isArray(nodes)) return [];
  return nodes.map((node) => (Array.isArray(node) ? keras2Call(node) : keras3Call(node as Config)));
}

function keras2Call(node: unknown[]): Port[] {
  const inputs = typeof node[0] === 'string' ? [node] : node;
  return inputs.map((input) => {
    refuseOptions(((input as unknown[])[3] ?? {}) as Config);
    return portOf(input);
  });
}

function keras3Call({ args, kwargs }: Config): Port[] {
  refuseOptions((kwargs ?? {}) as Config);
  const found: Port[] = [];
  collectTensors(args, found, 0);
  return found;
}

/** Options of a call that change its answer: other tensors, an initial state. */
function refuseOptions(options: Config): void {
  for (const [name, value] of Object.entries(options))
    if (value !== null && !(name === 'training' && value === false))
      throw new UnsupportedLayer(`it is called with ${name}, which is not supported`);
}

function collectTensors(value: unknown, found: Port[], depth: number): void {
  if (depth > MAX_DEPTH) throw new ModelFileError('the arguments of a layer are nested too deeply');
  if (Array.isArray(value)) for (const item of value) collectTensors(item, found, depth + 1);
  else if ((value as Config | null)?.['class_name'] === '__keras_tensor__') {
    const history = ((value as Config)['config'] as Config | undefined)?.['keras_history'];
    found.push(portOf(history));
  } else throw new UnsupportedLayer('it is called with a value that is not a tensor');
}

/** Half precision rounds at each step, which is not repeated here. */
function checkType(dtype: unknown): void {
  const name = typeNameOf(dtype);
  if (/float16|bfloat16|float8|int8_from|string/.test(name ?? ''))
    throw new UnsupportedLayer(`its type ${name} is not supported`);
}

function typeNameOf(dtype: unknown): string | undefined {
  if (typeof dtype === 'string') return dtype;
  const name = ((dtype as Config | null | undefined)?.['config'] as Config | undefined)?.['name'];
  return typeof name === 'string' ? name : undefined;
}

/** TensorFlow.js computes in float32 and int32. */
function typeOf(dtype: unknown): 'float32' | 'int32' | 'bool' {
  const name = typeNameOf(dtype);
  return name === 'bool' ? 'bool' : /^u?int/.test(name ?? '') ? 'int32' : 'float32';
}

/** Keras's own rule for the names in a `.keras` file: "SeparableConv1D" is "separable_conv1d". */
function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

function uniqueName(name: string, used: Map<string, number>): string {
  const count = used.get(name);
  used.set(name, (count ?? -1) + 1);
  return count === undefined ? name : `${name}_${count + 1}`;
}
