import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { StartError } from '../common/errors.js';
import { createOnce } from '../common/private-file.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';

const FILE = 'audit.key';

/**
 * The keys of the trail, derived from one file in the data directory that is created once and readable by its
 * owner only: an Ed25519 pair that signs checkpoints, and two derived keys (HKDF, RFC 5869), so that each key
 * has one purpose.
 */
@Injectable()
export class AuditKeys {
  /**
   * Authenticates each record: an attacker who can write to the database but cannot read this key cannot
   * create one.
   */
  readonly mac: KeyObject;
  readonly signing: KeyObject;
  private readonly redaction: KeyObject;

  /** @throws StartError if the key file is unreadable, damaged, or readable by others */
  constructor(@Inject(CONFIG) config: Pick<Config, 'dataDir'>) {
    this.signing = keptKey(join(config.dataDir, FILE));
    const seed = this.signing.export({ type: 'pkcs8', format: 'der' });
    const derived = (purpose: string): KeyObject =>
      createSecretKey(Buffer.from(hkdfSync('sha256', seed, '', `modelgate audit ${purpose}`, 32)));
    this.mac = derived('mac');
    this.redaction = derived('redaction');
  }

  /** The public key that verifies checkpoints, as PEM. */
  publicKey(): string {
    return createPublicKey(this.signing).export({ type: 'spki', format: 'pem' }) as string;
  }

  /** Replaces a redacted value in a record. Equal values of a feature have equal hashes. */
  redact(feature: string, value: string): string {
    return createHmac('sha256', this.redaction)
      .update(JSON.stringify([feature, value]))
      .digest('hex');
  }
}

function keptKey(path: string): KeyObject {
  if (!existsSync(path)) createKey(path);
  if (process.platform !== 'win32' && statSync(path).mode & 0o077)
    throw new StartError(`${path} can be read by other users; run: chmod 600 ${path}`);
  try {
    return createPrivateKey(readFileSync(path));
  } catch (cause) {
    throw new StartError(`${path} does not contain a key`, { cause });
  }
}

function createKey(path: string): void {
  try {
    const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
    createOnce(path, pem as string);
  } catch (error) {
    throw new StartError(`cannot write ${path}`, { cause: error });
  }
}
