import type { DataType, Tensor } from '@tensorflow/tfjs-core';

/** One input or output of a network; -1 in the shape stands for any size. */
export interface Port {
  readonly name: string;
  readonly dtype: DataType;
  /** Undefined where the file does not tell it. */
  readonly shape?: readonly number[];
}

/** What LayersModels and GraphModels have in common once they are in memory. */
export interface Network {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** True when each row's answer is known to depend on that row alone. */
  readonly rowwise?: boolean;
  /**
   * Computes the outputs named.
   * @param inputs one tensor an input, in order; they stay the caller's
   * @returns tensors that the caller disposes
   */
  compute(inputs: readonly Tensor[], outputs: readonly string[]): Tensor[];
  /** The same for graphs with control flow (loops, branches), where TensorFlow.js can execute in no other way. */
  computeAsync?(inputs: readonly Tensor[], outputs: readonly string[]): Promise<Tensor[]>;
  dispose(): void;
}
