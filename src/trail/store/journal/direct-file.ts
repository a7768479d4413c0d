import { closeSync, constants, fstatSync, ftruncateSync, openSync, write, writeSync } from 'node:fs';

/** Writes are multiples of this many bytes: at least a sector of any disk. */
export const BLOCK = 4096;
/** Bytes of one piece of a larger write. */
const STAGE_SIZE = 2 ** 20;
/** Bytes of a WebAssembly memory page. */
const WASM_PAGE = 2 ** 16;
/**
 * If an average write takes longer, write on a libuv thread even when the event loop is idle. Milliseconds.
 */
const QUICK_MS = 1;
const FLAGS = constants.O_RDWR | constants.O_CREAT | constants.O_DSYNC;
/** Weight of the last write in the average duration. */
const SMOOTHING = 1 / 16;

/** TypeScript declares it for browsers only. */
declare const WebAssembly: {
  readonly Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
};

/**
 * A file whose writes are on disk when they return. They bypass the page cache if the file system supports it
 * (`O_DIRECT`), which takes half the time and a third of the CPU. Memory, position and length must then be
 * aligned to blocks.
 */
export class DirectFile {
  /** WebAssembly memory is the only memory in JavaScript that is guaranteed to start at a page boundary. */
  private readonly stage = Buffer.from(
    new WebAssembly.Memory({ initial: STAGE_SIZE / WASM_PAGE, maximum: STAGE_SIZE / WASM_PAGE }).buffer,
  );
  private typicalMs = 0;

  private constructor(private readonly descriptor: number) {}

  /**
   * Opens a file and overwrites `size` bytes (a multiple of {@link BLOCK}) with zeros, as far as there is
   * space.
   * @throws the system's error if the file cannot be opened
   */
  static async open(path: string, size: number): Promise<DirectFile> {
    try {
      // The flag is undefined on systems without it, and nothing is added then.
      return await DirectFile.blank(path, FLAGS | constants.O_DIRECT, size);
    } catch (error) {
      if (!isInvalid(error)) throw error;
      return DirectFile.blank(path, FLAGS, size);
    }
  }

  /** @throws `EINVAL` if the file system does not support direct writes: on opening, or only on writing */
  private static async blank(path: string, flags: number, size: number): Promise<DirectFile> {
    const file = new DirectFile(openSync(path, flags, 0o600));
    try {
      file.shorten(size);
      await file.write(new Array<Buffer>(size / BLOCK).fill(Buffer.alloc(BLOCK)), 0);
    } catch (error) {
      // Other errors, mainly a full disk, are reported by the first write.
      if (isInvalid(error)) {
        file.close();
        throw error;
      }
    }
    return file;
  }

  /**
   * Writes the parts one after another, and zeros up to the end of the last block. One call at a time.
   * @param position a multiple of {@link BLOCK}
   * @param isIdle true if this thread is mostly idle, so that a short write is faster than passing it to
   * another thread
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

  /** Overwrites the whole file with zeros, and leaves at most `size` bytes. Not while {@link write} runs. */
  async wipe(size: number): Promise<void> {
    const blocks = Math.ceil(fstatSync(this.descriptor).size / BLOCK);
    await this.write(new Array<Buffer>(blocks).fill(Buffer.alloc(BLOCK)), 0);
    this.shorten(size);
  }

  private shorten(size: number): void {
    if (fstatSync(this.descriptor).size > size) ftruncateSync(this.descriptor, size);
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
