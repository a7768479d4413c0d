import type { KeyObject } from 'node:crypto';
import { userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { installationId } from '../database/installation.js';
import { nextRow } from './audit-chain.js';
import type { AuditEntry } from './audit-draft.js';
import type { AdministeredModel, PredictionFacts } from '../common/recorded-facts.js';
import { AuditKeys } from './audit-keys.js';
import type { AuditSink } from './audit-sink.js';
import { openAuditTable } from './open-sink.js';

/** If several commands append at the same time, all but one of them find their position taken and retry. */
const ATTEMPTS = 20;

export interface CommandFacts {
  /** The user or object that was changed. */
  readonly target?: string;
  /** The model that was changed, and its version. */
  readonly model?: AdministeredModel;
  /** The command's arguments, without secrets. */
  readonly request?: unknown;
  /** The prediction, if the command made one. */
  readonly prediction?: PredictionFacts;
}

/** Records acts of the command line in a separate chain: `<installation>/cli`. */
@Injectable()
export class CommandTrail {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly keys: AuditKeys,
  ) {}

  /** Resolves once the record is on disk. @param action as {@link AuditEntry.action}: "user.disable" */
  async record(action: string, { target, model, request, prediction }: CommandFacts = {}): Promise<void> {
    const entry: AuditEntry = {
      time: new Date().toISOString(),
      kind: prediction ? 'prediction' : 'administration',
      action,
      ...operatingSystemUser(),
      method: 'CLI',
      model: prediction?.model ?? model?.name,
      version: prediction?.version ?? model?.version,
      modelDigest: prediction?.digest ?? model?.digest,
      rows: prediction?.rows,
      subject: target,
      request: request === undefined ? null : JSON.stringify(request),
    };
    const sink = await openAuditTable(this.config);
    try {
      await append(sink, `${installationId(this.config.dataDir)}/cli`, entry, this.keys.mac);
    } finally {
      await sink.close();
    }
  }
}

async function append(sink: AuditSink, writer: string, entry: AuditEntry, key: KeyObject): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await sink.insert([nextRow(writer, await sink.head(writer), entry, key).row]);
      return;
    } catch (error) {
      if (attempt === ATTEMPTS || !isPlaceTaken(error)) throw error;
      await sleep(Math.random() * 20);
    }
  }
}

const isPlaceTaken = (error: unknown): boolean =>
  ['SQLITE_CONSTRAINT', 'SQLITE_BUSY', '23505'].includes(String((error as { code?: unknown }).code));

/** Who ran the command, as the operating system knows it. A container may run as a user that has no name. */
function operatingSystemUser(): Pick<AuditEntry, 'actorKind' | 'actorId' | 'username'> {
  const uid = process.getuid?.();
  const name = operatingSystemName() ?? String(uid ?? 'unknown');
  return { actorKind: 'command', actorId: String(uid ?? name), username: name };
}

function operatingSystemName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
