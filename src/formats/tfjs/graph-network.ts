import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import type { GraphModel } from '@tensorflow/tfjs-converter';
import type { Tensorflow } from './backend.js';
import { asFileError } from './library-error.js';
import type { ModelJson } from './model-json.js';
import type { Network, Port } from './network.js';
import type { Weights } from './weights.js';

/**
 * Builds a GraphModel. Inputs and outputs bear the names of the SavedModel's signature where `model.json` has one,
 * else those of the graph's nodes.
 * @throws ModelFileError when the graph cannot be built, or has an operator that TensorFlow.js does not know
 */
export async function loadGraphNetwork(
  { tf }: Tensorflow,
  json: ModelJson,
  weights: Weights,
): Promise<Network> {
  // A process whose models are all of the other format never pays for it.
  const converter = await import('@tensorflow/tfjs-converter');
  const model = tf.tidy(() => {
    const loaded = build(() =>
      converter.loadGraphModelSync({
        ...(json as object),
        weightSpecs: weights.specs,
        weightData: weights.data,
      }),
    );
    Object.values(loaded.weights).flat().forEach(tf.keep);
    return loaded as unknown as GraphModel & Tensor;
  });
  const inputs = named(model.inputs, json.signature?.inputs);
  const outputs = named(model.outputs, json.signature?.outputs);
  const nodeOf = (name: string) => outputs.find((output) => output.port.name === name)!.node;
  const feed = (tensors: readonly Tensor[]): NamedTensorMap =>
    Object.fromEntries(inputs.map(({ node }, i) => [node, tensors[i]]));
  return {
    inputs: inputs.map(({ port }) => port),
    outputs: outputs.map(({ port }) => port),
    compute: (tensors, names) => asList(model.execute(feed(tensors), names.map(nodeOf))),
    computeAsync: async (tensors, names) =>
      asList(await model.executeAsync(feed(tensors), names.map(nodeOf))),
    dispose: () => model.dispose(),
  };
}

function build<T>(load: () => T): T {
  try {
    return load();
  } catch (error) {
    throw asFileError('TensorFlow.js cannot build the graph', error);
  }
}

function named(
  nodes: GraphModel['inputs'],
  signature: Readonly<Record<string, { readonly name: string }>> = {},
): { node: string; port: Port }[] {
  return nodes.map(({ name: node, dtype, shape }) => {
    const entry = Object.entries(signature).find(([, info]) => nodeName(info.name) === nodeName(node));
    return { node, port: { name: entry?.[0] ?? node, dtype, shape: shape?.map((size) => size ?? -1) } };
  });
}

/** A tensor's name without the `:0` that refers to the first output of its node. */
function nodeName(tensor: string): string {
  return tensor.replace(/:0$/, '');
}

function asList(result: Tensor | Tensor[]): Tensor[] {
  return Array.isArray(result) ? result : [result];
}
