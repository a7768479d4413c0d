import { MODEL } from './onnx-schema.js';
import { readFields, TruncatedError, WIRE, type Field } from './protobuf.js';

const VARINTS: ReadonlySet<number> = new Set([MODEL.irVersion, MODEL.modelVersion]);
const MAX_MODEL_FIELD = 25;
const MAX_GRAPH_FIELD = 16;
const MAX_IR_VERSION = 255;

/**
 * Tells a ModelProto by its first bytes: every known field has its wire type, and the graph holds nested messages
 * and texts only, as a GraphProto does. A file that ends before its graph is known by its IR version.
 */
export function isOnnx(head: Uint8Array): boolean {
  let irVersion = 0;
  let graph: Uint8Array | undefined;
  const fits = everyField(head, (field) => {
    if (field.number === MODEL.irVersion) irVersion = field.int;
    if (field.number === MODEL.graph) graph = field.bytes;
    const wireType = VARINTS.has(field.number) ? WIRE.varint : WIRE.bytes;
    return field.number > MAX_MODEL_FIELD || field.wireType === wireType;
  });
  if (!fits) return false;
  if (!graph) return irVersion >= 1 && irVersion <= MAX_IR_VERSION;
  return everyField(graph, ({ number, wireType }) => number > MAX_GRAPH_FIELD || wireType === WIRE.bytes);
}

/** Whether the bytes are the beginning of a message whose fields all pass. */
function everyField(beginning: Uint8Array, test: (field: Field) => boolean): boolean {
  try {
    for (const field of readFields(beginning, true)) if (!test(field)) return false;
    return true;
  } catch (error) {
    return error instanceof TruncatedError;
  }
}
