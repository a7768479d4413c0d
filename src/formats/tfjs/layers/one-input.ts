import type { Tensor } from '@tensorflow/tfjs-core';
import { layers, type Shape } from '@tensorflow/tfjs-layers';

/** The library hands a layer of one input a tensor, or a list of one. */
export function onlyTensor<T extends Tensor = Tensor>(inputs: Tensor | Tensor[]): T {
  return (Array.isArray(inputs) ? inputs[0] : inputs) as T;
}

/** As {@link onlyTensor}, of its shape. */
export function onlyShape(inputShape: Shape | Shape[]): Shape {
  return (Array.isArray(inputShape[0]) ? inputShape[0] : inputShape) as Shape;
}

/** A layer of one input whose answer has the input's shape. */
export abstract class SameShapeLayer extends layers.Layer {
  override computeOutputShape(inputShape: Shape | Shape[]): Shape | Shape[] {
    return inputShape;
  }
}
