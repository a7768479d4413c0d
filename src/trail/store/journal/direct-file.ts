import { closeSync, constants, openSync, write, writeSync } from 'node:fs';

/** What a write is a multiple of: no less than a sector of any disk. Bytes. */
export const BLOCK = 4096;
/** A piece of a larger write. Bytes. */
const STAGE_SIZE = 2 ** 20;
/** A page of WebAssembly's memory. Bytes. */
const WASM_PAGE = 2 ** 16;
/** A disk that takes longer is waited for on a thread, whoever asks. */
const QUICK_MS = 1;
const FLAGS = constants.O_RDWR | constants.O_CREAT | constants.O_DSYNC;
/** Part of the typical duration that the last write makes. */
const SMOOTHING = 1 / 16;

/** TypeScript declares it for browsers only. */
declare const WebAssembly: {
  readonly Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
};

/**
 * A file whose writes are on disk when they are done. They bypass the page cache where the file system can do that
 * (`O_DIRECT`): half the time, a third of the processor. Memory, place and length then have to be aligned to blocks.
 */
export class DirectFile {
  /** JavaScript has no other memory that is known to begin with a page. */
  private readonly stage = Buffer.from(
    new WebAssembly.Memory({ initial: STAGE_SIZE / WASM_PAGE, maximum: STAGE_SIZE / WASM_PAGE }).buffer,
  );
  private typicalMs = 0;

  private constructor(private readonly descriptor: number) {}

  /**
   * Opens a file, and overwrites `size` bytes of it, a multiple of {@link BLOCK}, with zeros, as far as there is room.
   * @throws the system's error where the file cannot be opened
   */
  static async open(path: string, size: number): Promise<DirectFile> {
    try {
      // The flag is undefined where the system has none: nothing is added then.
      return await DirectFile.blank(path, FLAGS | constants.O_DIRECT, size);
    } catch (error) {
      if (!isInvalid(error)) throw error;
      return DirectFile.blank(path, FLAGS, size);
    }
  }

  /** @throws `EINVAL` where the file system cannot write so: some say it on opening, some only on writing */
  private static async blank(path: string, flags: number, size: number): Promise<DirectFile> {
    const file = new DirectFile(openSync(path, flags, 0o600));
    try {
      await file.write(new Array<Buffer>(size / BLOCK).fill(Buffer.alloc(BLOCK)), 0);
    } catch (error) {
      // Anything else, want of room above all, is for whoever writes.
      if (isInvalid(error)) {
        file.close();
        throw error;
      }
    }
    return file;
  }

  /**
   * Writes the parts one after another and zeros up to the end of the last block. One call at a time.
   * @param position a multiple of {@link BLOCK}
   * @param isIdle whether this thread has little else to do: handing a short write over then takes longer than the write
   * @returns bytes written, a multiple of {@link BLOCK}
   */
  async write(parts: readonly Buffer[], position: number, isIdle = false): Promise<number> {
    let written = 0;
    let filled = 0;
    for (const part of parts)
      for (let from = 0; from < part.length;) {
        const copied = part.copy(this.stage, filled, from);
        from += copied;
        filled += copied;
        if (filled < STAGE_SIZE) continue;
        await this.writeStage(STAGE_SIZE, position + written, isIdle);
        written += STAGE_SIZE;
        filled = 0;
      }
    if (filled === 0) return written;
    const rest = Math.ceil(filled / BLOCK) * BLOCK;
    this.stage.fill(0, filled, rest);
    await this.writeStage(rest, position + written, isIdle);
    return written + rest;
  }

  close(): void {
    closeSync(this.descriptor);
  }

  private async writeStage(length: number, position: number, isIdle: boolean): Promise<void> {
    const started = performance.now();
    for (let done = 0; done < length;)
      done +=
        isIdle && this.typicalMs < QUICK_MS
          ? writeSync(this.descriptor, this.stage, done, length - done, position + done)
          : await writeOnThread(this.descriptor, this.stage.subarray(done, length), position + done);
    this.typicalMs += (performance.now() - started - this.typicalMs) * SMOOTHING;
  }
}

const isInvalid = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EINVAL';

function writeOnThread(descriptor: number, bytes: Buffer, position: number): Promise<number> {
  return new Promise((resolve, reject) =>
    write(descriptor, bytes, 0, bytes.length, position, (error, written) =>
      error ? reject(error) : resolve(written),
    ),
  );
}
