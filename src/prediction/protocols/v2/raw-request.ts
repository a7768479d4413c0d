import { ApiError } from '../../../common/errors.js';
import type { Signature } from '../../../inference/model.js';
import type { InferenceRequest } from '../../data-plane.js';
import { fitTensors } from '../../input/named-tensors.js';
import { ELEMENT_BYTES, tensorFromBytes, utf8 } from './tensor-bytes.js';

/**
 * A raw binary request of Triton's binary tensor extension: `Inference-Header-Content-Length: 0`, and the body is the one
 * input of the model. Its one unknown dimension follows from the length; a BYTES input has one element, the body.
 * @throws ApiError `invalid_input`
 */
export const decodeRaw =
  (bytes: Uint8Array) =>
  (signature: Signature): InferenceRequest => {
    const { inputs } = signature;
    const [input] = inputs;
    if (input === undefined || inputs.length !== 1)
      throw invalid(`the model has ${inputs.length} inputs; a body without JSON is for models with one`);
    const { name, datatype, shape } = input;
    if (shape.filter((size) => size === -1).length > 1)
      throw invalid(`input ${name} has several unknown dimensions; send its shape as JSON`);
    if (datatype === 'BYTES') {
      const one = shape.map((size) => (size === -1 ? 1 : size));
      if (one.some((size) => size !== 1)) throw invalid(`input ${name} has more than one element`);
      return {
        inputs: fitTensors(signature, [{ name, datatype, shape: one, data: [utf8(name, 0, bytes)] }]),
      };
    }
    const known = shape.reduce((product, size) => (size === -1 ? product : product * size), 1);
    const rows = bytes.byteLength / ELEMENT_BYTES[datatype] / Math.max(known, 1);
    if (!Number.isInteger(rows))
      throw invalid(`has ${bytes.byteLength} bytes, which is not a whole number of rows of input ${name}`);
    const full = shape.map((size) => (size === -1 ? rows : size));
    const data = tensorFromBytes(
      name,
      datatype,
      full.reduce((a, b) => a * b, 1),
      bytes,
    );
    return { inputs: fitTensors(signature, [{ name, datatype, shape: full, data }]) };
  };

const invalid = (message: string): ApiError => new ApiError('invalid_input', `the body: ${message}`);
