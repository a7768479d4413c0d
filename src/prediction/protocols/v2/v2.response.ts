import type { Tensor } from '../../../inference/tensor.js';
import type { Inference } from '../../data-plane.js';
import { flatJson } from '../../json.js';
import { tensorToBytes } from './tensor-bytes.js';
import type { V2Request } from './v2.request.js';

export interface V2Answer {
  readonly json: string;
  /** Tensors of the binary extension, behind the JSON in the order of the outputs. */
  readonly tail: readonly Buffer[];
}

/** "Inference Response JSON Object" of the protocol. Values that JSON cannot hold go out as null. */
export function encodeAnswer(inference: Inference, request: V2Request): V2Answer {
  const tail: Buffer[] = [];
  const outputs = inference.outputs.map((tensor, i) => {
    const binary = request.outputs[i]?.binary ?? request.binaryByDefault;
    if (!binary) return outputJson(tensor, `"data":${flatJson(tensor)}`);
    const bytes = tensorToBytes(tensor);
    tail.push(bytes);
    return outputJson(tensor, `"parameters":{"binary_data_size":${bytes.length}}`);
  });
  const members = [
    `"model_name":${JSON.stringify(inference.model)}`,
    `"model_version":"${inference.version}"`,
    ...(request.id === undefined ? [] : [`"id":${JSON.stringify(request.id)}`]),
    ...(inference.outOfRange.length === 0
      ? []
      : [`"parameters":${JSON.stringify({ out_of_range: outOfRangeText(inference) })}`]),
    `"outputs":[${outputs.join()}]`,
  ];
  return { json: `{${members.join()}}`, tail };
}

/** A parameter holds one text, number or flag, so the list travels as JSON text. */
export const outOfRangeText = (inference: Inference): string => JSON.stringify(inference.outOfRange);

const outputJson = ({ name, datatype, shape }: Tensor, rest: string): string =>
  `{"name":${JSON.stringify(name)},"datatype":"${datatype}","shape":[${shape.join()}],${rest}}`;
