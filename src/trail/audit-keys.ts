import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type FactoryProvider, Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { StartError } from '../common/errors.js';
import { createOnce } from '../common/private-file.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { installationId } from '../database/installation.js';
import { AuditRecord } from './audit-record.entity.js';

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

  /** @throws StartError if the key file is missing, unreadable, damaged, or readable by others */
  constructor(@Inject(CONFIG) config: Pick<Config, 'dataDir'>) {
    this.signing = readKey(join(config.dataDir, FILE));
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

/** The keys, created with a new data directory. */
export const AUDIT_KEYS: FactoryProvider<Promise<AuditKeys>> = {
  provide: AuditKeys,
  inject: [CONFIG, DataSource],
  useFactory: async (config: Config, dataSource: DataSource) => {
    await createFirstKey(dataSource, config.dataDir);
    return new AuditKeys(config);
  },
};

/**
 * Creates the key of a new data directory. A key that is missing beside records is not replaced: every record would then
 * look forged, and nobody would learn that the key is lost.
 * @throws StartError if the data directory has records of the trail
 */
async function createFirstKey(dataSource: DataSource, dataDir: string): Promise<void> {
  const path = join(dataDir, FILE);
  if (existsSync(path)) return;
  // Another worker may have created the key in the meantime, and written records.
  if ((await hasRecords(dataSource, dataDir)) && !existsSync(path))
    throw new StartError(
      `${path} is missing, but this data directory has audit records that it authenticates; restore the file from a backup, or run "modelgate audit new-key" to continue with a new key (older records can then no longer be authenticated)`,
    );
  if (!existsSync(path)) createKey(path);
}

/** Creates a key in the place of a lost one. @throws StartError if there is a key */
export function replaceLostKey(dataDir: string): void {
  const path = join(dataDir, FILE);
  if (existsSync(path))
    throw new StartError(`${path} exists; a new key is only for a data directory that lost it`);
  createKey(path);
}

async function hasRecords(dataSource: DataSource, dataDir: string): Promise<boolean> {
  const prefix = `${installationId(dataDir)}/`;
  const found = await dataSource
    .getRepository(AuditRecord)
    .createQueryBuilder('record')
    .select('record.id')
    .where('record.writer > :from AND record.writer < :to', { from: prefix, to: `${prefix}~` })
    .limit(1)
    .getOne();
  return found !== null || readdirSync(dataDir).some((name) => name.endsWith('.journal'));
}

function readKey(path: string): KeyObject {
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
