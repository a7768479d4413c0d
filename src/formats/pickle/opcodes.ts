import type { Handler } from './machine.js';
import { CONTAINER_OPCODES } from './opcodes-containers.js';
import { OBJECT_OPCODES } from './opcodes-objects.js';
import { SCALAR_OPCODES } from './opcodes-scalars.js';

/** One handler per byte; undefined for bytes that are not opcodes. Protocols 0 to 5. */
export const OPCODES: readonly (Handler | undefined)[] = table([
  SCALAR_OPCODES,
  CONTAINER_OPCODES,
  OBJECT_OPCODES,
]);

function table(parts: readonly Readonly<Record<number, Handler>>[]): (Handler | undefined)[] {
  const handlers = new Array<Handler | undefined>(256).fill(undefined);
  for (const part of parts) {
    for (const [code, handler] of Object.entries(part)) handlers[Number(code)] = handler;
  }
  return handlers;
}
