import { createHash, hash, type Hash } from 'node:crypto';

const known = new WeakMap<Buffer, string>();

/** SHA-256 of bytes, hexadecimal. Cached per buffer, so the buffer must not change afterwards. */
export function sha256Of(bytes: Buffer): string {
  let digest = known.get(bytes);
  if (digest === undefined) known.set(bytes, (digest = hash('sha256', bytes)));
  return digest;
}

/**
 * Hashes long bytes piece by piece as they arrive, so that {@link sha256Of} does not block the event loop
 * later.
 */
export class PiecewiseHash {
  private readonly hash: Hash | undefined;

  constructor(private readonly bytes: Buffer) {
    if (!known.has(bytes)) this.hash = createHash('sha256');
  }

  add(piece: Buffer): void {
    this.hash?.update(piece);
  }

  /** Must be called after every piece was added, in order. */
  end(): void {
    if (this.hash) known.set(this.bytes, this.hash.digest('hex'));
  }
}
