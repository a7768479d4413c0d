import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../common/errors.js';
import type { Config } from '../config/config.js';

/**
 * The key that signs tokens: MODELGATE_JWT_SECRET, or one that is made once and kept in the data directory, readable
 * by its owner only. A KeyObject, so that no call parses the key again.
 * @throws StartError when the kept key is unreadable, too short, or readable by others
 */
export function signingKey(config: Pick<Config, 'jwtSecret' | 'dataDir'>): KeyObject {
  return createSecretKey(Buffer.from(config.jwtSecret ?? keptSecret(join(config.dataDir, 'jwt.key'))));
}

function keptSecret(path: string): string {
  try {
    writeFileSync(path, randomBytes(48).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new StartError(`${path} cannot be written`, { cause: error });
  }
  if (process.platform !== 'win32' && statSync(path).mode & 0o077)
    throw new StartError(`${path} can be read by others; run: chmod 600 ${path}`);
  const secret = readFileSync(path, 'utf8').trim();
  if (Buffer.byteLength(secret) < 32) throw new StartError(`${path} holds fewer than 32 bytes`);
  return secret;
}
