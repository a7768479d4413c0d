import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Tensorflow } from '../formats/tfjs/backend.js';

/**
 * Rows per product. Float32 sums over more rows would lose digits, so the sums of the blocks are added in
 * float64.
 */
const BLOCK = 4096;

/** Xᵀ diag(curvature) X for one X and many curvatures, computed by TensorFlow.js. */
export class Hessian {
  private readonly blocks: Tensor2D[] = [];

  /** @param x row-major, rows × `width`; kept in the backend, in float32, until `dispose` */
  constructor(
    private readonly library: Pick<Tensorflow, 'tf'>,
    x: Float64Array,
    private readonly width: number,
  ) {
    const rows = x.length / width;
    for (let start = 0; start < rows; start += BLOCK) {
      const end = Math.min(rows, start + BLOCK);
      const values = Float32Array.from(x.subarray(start * width, end * width));
      this.blocks.push(library.tf.tensor2d(values, [end - start, width]));
    }
  }

  /** @returns row-major, width × width */
  at(curvature: Float64Array): Float64Array {
    const { tf } = this.library;
    const total = new Float64Array(this.width ** 2);
    this.blocks.forEach((block, i) => {
      const values = Float32Array.from(curvature.subarray(i * BLOCK, i * BLOCK + block.shape[0]));
      const product = tf.tidy(() => {
        const weighted = tf.mul(block, tf.tensor2d(values, [values.length, 1]));
        return tf.matMul(weighted, block, true, false).dataSync();
      });
      product.forEach((value, j) => (total[j] += value));
    });
    return total;
  }

  dispose(): void {
    this.library.tf.dispose(this.blocks);
  }
}
