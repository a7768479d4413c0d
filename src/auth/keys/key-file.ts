import { createPrivateKey, createSecretKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ApiError, StartError } from '../../common/errors.js';
import { createOnce, writeDurably } from '../../common/private-file.js';
import { ALGORITHMS, randomSecret, type SigningKey, signingKey } from './signing-key.js';

/** A private JWK Set (RFC 7517), plus the times at which its keys were created and retired. */
const fileSchema = z.object({
  keys: z
    .array(
      z.looseObject({
        kty: z.string(),
        alg: z.enum(ALGORITHMS),
        created_at: z.iso.datetime(),
        retired_at: z.iso.datetime().optional(),
      }),
    )
    .min(1),
});

/**
 * The keys in `keys.json` of the data directory, oldest first, readable by its owner only. A change replaces the whole
 * file, so a reader never sees a half-written one.
 */
export class KeyFile {
  private readonly path: string;
  private text = '';
  private keys: readonly SigningKey[] = [];

  constructor(dataDir: string) {
    this.path = join(dataDir, 'keys.json');
  }

  /** Creates the first key unless there are keys already. @throws StartError */
  prepare(): void {
    if (readPrivate(this.path) !== undefined) return;
    try {
      createOnce(
        this.path,
        serialise([signingKey('HS256', randomSecret(), { createdAt: new Date().toISOString() })]),
      );
    } catch (error) {
      throw new StartError(`cannot write ${this.path}`, { cause: error });
    }
  }

  /** @throws StartError if the file is missing, damaged or readable by other users */
  read(): readonly SigningKey[] {
    const text = readPrivate(this.path);
    if (text === undefined) throw new StartError(`${this.path} is missing`);
    if (text !== this.text) {
      this.keys = parse(text, this.path);
      this.text = text;
    }
    return this.keys;
  }

  /** Replaces the keys by the result of `change`. Only one process at a time can do so. @throws ApiError `conflict` */
  update(change: (keys: readonly SigningKey[]) => readonly SigningKey[]): void {
    const draft = `${this.path}.lock`;
    try {
      writeFileSync(draft, '', { flag: 'wx', mode: 0o600 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      throw new ApiError(
        'conflict',
        'another process is changing the keys; if no other process is running, remove keys.json.lock from the data directory',
      );
    }
    try {
      writeDurably(draft, serialise(change(this.read())));
      renameSync(draft, this.path);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
  }
}

/** A file's text; undefined if there is no file. @throws StartError if other users can read it */
function readPrivate(path: string): string | undefined {
  try {
    if (process.platform !== 'win32' && statSync(path).mode & 0o077)
      throw new StartError(`${path} can be read by other users; run: chmod 600 ${path}`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (error instanceof StartError) throw error;
    throw new StartError(`${path} cannot be read`, { cause: error });
  }
}

function serialise(keys: readonly SigningKey[]): string {
  const entries = keys.map(({ kid, algorithm, key, createdAt, retiredAt }) => ({
    ...key.export({ format: 'jwk' }),
    kid,
    alg: algorithm,
    use: 'sig',
    created_at: createdAt,
    retired_at: retiredAt,
  }));
  return `${JSON.stringify({ keys: entries }, null, 2)}\n`;
}

function parse(text: string, path: string): SigningKey[] {
  try {
    return fileSchema.parse(JSON.parse(text)).keys.map((jwk) =>
      signingKey(jwk.alg, keyOf(jwk), {
        createdAt: jwk.created_at,
        retiredAt: jwk.retired_at,
      }),
    );
  } catch {
    // The messages of zod and of the parser are left out, because they may quote the file.
    throw new StartError(`${path} is damaged`);
  }
}

const keyOf = (jwk: JsonWebKey): KeyObject =>
  jwk.kty === 'oct'
    ? createSecretKey(Buffer.from(String(jwk.k), 'base64url'))
    : createPrivateKey({ key: jwk, format: 'jwk' });
