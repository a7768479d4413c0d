import { z } from 'zod';
import { StartError } from '../common/errors.js';
import type { SignedCheckpoint } from './checkpoint.js';

const fileSchema = z.object({
  checkpoints: z.array(
    z.object({
      writer: z.string(),
      seq: z.int().min(1),
      hash: z.string(),
      time: z.string(),
      pruned: z.boolean(),
      signature: z.string(),
    }),
  ),
});

/** Reads the output of `modelgate audit checkpoint`. @throws StartError that names the file */
export function parseCheckpoints(text: string, path: string): SignedCheckpoint[] {
  try {
    return fileSchema.parse(JSON.parse(text)).checkpoints;
  } catch (cause) {
    throw new StartError(`${path} does not contain a checkpoint`, { cause });
  }
}
