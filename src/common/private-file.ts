import { closeSync, fsyncSync, linkSync, openSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Creates a file that only its owner may read, unless it exists. If several processes do so at the same time, all see
 * the same complete file, because it gets its name after its content is on disk.
 */
export function createOnce(path: string, content: string): void {
  const draft = `${path}.${process.pid}`;
  try {
    writeDurably(draft, content);
    // Unlike a rename, a link never replaces a file.
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Writes a file that only its owner may read, and syncs it to disk. */
export function writeDurably(path: string, content: string): void {
  const descriptor = openSync(path, 'w', 0o600);
  try {
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
