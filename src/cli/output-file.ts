import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

type Text = AsyncIterable<string | Uint8Array> | (() => AsyncIterable<string | Uint8Array>);

/**
 * Writes a command's result to standard output, or to a file that has its name once it is complete: an interrupted
 * command leaves no partial result under it, and an older result stays until then.
 */
export async function writeOutput(source: Text, path: string | undefined): Promise<void> {
  if (path === undefined) return pipeline(source, process.stdout, { end: false });
  if (await isSpecialFile(path)) return pipeline(source, createWriteStream(path));
  const draft = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  try {
    await pipeline(source, createWriteStream(draft, { mode: 0o600, flush: true }));
    await rename(draft, path);
  } catch (error) {
    // The caller knows the path that was given, not the draft's.
    if ((error as NodeJS.ErrnoException).path === draft)
      (error as Error).message = (error as Error).message.replace(draft, path);
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** A pipe or a device, `/dev/stdout` say, is written to, not replaced. */
async function isSpecialFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && !found.isFile();
}
