import { createPublicKey } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, type Repository } from 'typeorm';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { AuditKeys } from '../trail/audit-keys.js';
import { installationId } from '../database/installation.js';
import { AuditChains } from './audit-chains.js';
import { AuditCheckpoint } from './audit-checkpoint.entity.js';
import { type Checkpoint, isSignedBy, signCheckpoint, type SignedCheckpoint } from './checkpoint.js';

/** Creates, stores and verifies signed checkpoints of this installation's chains. */
@Injectable()
export class AuditCheckpoints {
  private readonly prefix: string;

  constructor(
    @InjectRepository(AuditCheckpoint) private readonly checkpoints: Repository<AuditCheckpoint>,
    private readonly chains: AuditChains,
    private readonly keys: AuditKeys,
    @Inject(CONFIG) config: Config,
  ) {
    this.prefix = `${installationId(config.dataDir)}/`;
  }

  /** True if the chain belongs to this installation, so that its key is available. */
  isOurs(writer: string): boolean {
    return writer.startsWith(this.prefix);
  }

  async ourWriters(): Promise<string[]> {
    return (await this.chains.writers()).filter((writer) => this.isOurs(writer));
  }

  /**
   * Signs and stores the current head of each chain of this installation.
   * @returns for each chain where it begins, if it was pruned, and its head: a copy kept elsewhere proves both
   */
  async make(): Promise<SignedCheckpoint[]> {
    const made: SignedCheckpoint[] = [];
    for (const writer of await this.ourWriters()) {
      const beginning = (await this.of(writer)).findLast(({ pruned }) => pruned);
      if (beginning) made.push(statementOf(beginning));
      const head = await this.chains.head(writer);
      if (head) made.push(await this.keep({ ...placeOf(head), pruned: false }));
    }
    return made;
  }

  /** Lets each chain of this installation begin after its head, since the key of the older records was lost. */
  async beginAfterHeads(): Promise<void> {
    for (const writer of await this.ourWriters()) {
      const head = await this.chains.head(writer);
      await this.checkpoints.delete({ writer });
      if (head) await this.keep({ ...placeOf(head), pruned: true });
    }
  }

  /** Attests that a chain begins after this record, and removes earlier checkpoints of it. */
  async attestPruned(record: Pick<Checkpoint, 'writer' | 'seq' | 'hash'>): Promise<void> {
    await this.keep({ ...placeOf(record), pruned: true });
    await this.checkpoints.delete({ writer: record.writer, seq: LessThan(record.seq) });
  }

  /** The stored checkpoints of a chain. */
  of(writer: string): Promise<AuditCheckpoint[]> {
    return this.checkpoints.find({ where: { writer }, order: { seq: 'ASC', id: 'ASC' } });
  }

  /** Writers with a stored checkpoint. */
  async writers(): Promise<string[]> {
    const rows = await this.checkpoints
      .createQueryBuilder('checkpoint')
      .select('DISTINCT checkpoint.writer', 'writer')
      .getRawMany<{ writer: string }>();
    return rows.map(({ writer }) => writer);
  }

  isGenuine(checkpoint: SignedCheckpoint): boolean {
    return isSignedBy(createPublicKey(this.keys.signing), checkpoint);
  }

  private async keep(checkpoint: Checkpoint): Promise<SignedCheckpoint> {
    const signed = signCheckpoint(this.keys.signing, checkpoint);
    await this.checkpoints.insert({ ...signed });
    return signed;
  }
}

const statementOf = ({ writer, seq, hash, time, pruned, signature }: SignedCheckpoint): SignedCheckpoint => ({
  writer,
  seq,
  hash,
  time,
  pruned,
  signature,
});

const placeOf = ({ writer, seq, hash }: Pick<Checkpoint, 'writer' | 'seq' | 'hash'>) => ({
  writer,
  seq,
  hash,
  time: new Date().toISOString(),
});
