import { ModelFileError } from '../../inference/model.js';
import { textOf } from './onnx-model.js';
import { contentOf, FUNCTION, MODEL, NODE, walkMessages } from './onnx-schema.js';
import { readFields } from './protobuf.js';

/**
 * Operator domains that onnxruntime's CPU build itself implements. Operators of any other domain live in shared
 * libraries, and a model file is data: no library is loaded for it.
 */
const BUILT_IN_DOMAINS = new Set([
  '',
  'ai.onnx',
  'ai.onnx.ml',
  'ai.onnx.training',
  'ai.onnx.preview',
  'ai.onnx.preview.training',
  'com.microsoft',
  'com.microsoft.nchwc',
]);

/**
 * How often each operator occurs, nested graphs and local functions included.
 * @throws ModelFileError naming the first operator that onnxruntime does not have and the file does not define
 */
export function countOperators(model: Uint8Array): Map<string, number> {
  const local = localFunctions(model);
  const counts = new Map<string, number>();
  for (const { kind, bytes } of walkMessages(model)) {
    if (kind !== 'node') continue;
    const domain = textOf(bytes, NODE.domain);
    const opType = textOf(bytes, NODE.opType);
    if (!BUILT_IN_DOMAINS.has(domain) && !local.has(`${domain}:${opType}`)) {
      throw new ModelFileError(
        `operator ${opType} of the custom domain ${domain} is not part of onnxruntime`,
      );
    }
    counts.set(opType, (counts.get(opType) ?? 0) + 1);
  }
  return counts;
}

function localFunctions(model: Uint8Array): Set<string> {
  const names = new Set<string>();
  for (const field of readFields(model)) {
    if (field.number !== MODEL.functions) continue;
    const bytes = contentOf(field, 'function');
    names.add(`${textOf(bytes, FUNCTION.domain)}:${textOf(bytes, FUNCTION.name)}`);
  }
  return names;
}
