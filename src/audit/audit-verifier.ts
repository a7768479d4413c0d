import { Injectable } from '@nestjs/common';
import { EMPTY_CHAIN } from '../trail/audit-chain.js';
import { AuditKeys } from '../trail/audit-keys.js';
import { AuditChains } from './audit-chains.js';
import { AuditCheckpoints } from './audit-checkpoints.service.js';
import { ChainCheck, type ChainFault } from './chain-check.js';
import type { SignedCheckpoint } from './checkpoint.js';

export interface VerifyOptions {
  /** Checkpoints that were stored elsewhere. */
  readonly checkpoints?: readonly SignedCheckpoint[];
  /** Start each chain at its newest checkpoint. Older records were verified before. */
  readonly fromCheckpoint?: boolean;
  /** Other installations whose chains are accepted, although their authentication codes cannot be checked here. */
  readonly installations?: readonly string[];
  /** ISO 8601: records before this time may have been pruned. */
  readonly prunedBefore?: string;
}

/** The result for a chain. */
export interface ChainReport {
  readonly writer: string;
  readonly records: number;
  /** Number of records whose content was erased. */
  readonly erased: number;
  /** The record after which the check started; 0: the chain's beginning. */
  readonly after: number;
  readonly firstTime?: string;
  readonly lastTime?: string;
  readonly head?: { readonly seq: number; readonly hash: string };
  /** False for chains of another installation, whose key is not available. */
  readonly authenticated: boolean;
  /** The first fault. The rest of the chain is not checked. */
  readonly fault?: ChainFault;
}

/** Reads whole chains, in constant memory, and finds records that were changed. */
@Injectable()
export class AuditVerifier {
  constructor(
    private readonly chains: AuditChains,
    private readonly checkpoints: AuditCheckpoints,
    private readonly keys: AuditKeys,
  ) {}

  /** One report per chain, including chains that exist only in a checkpoint. */
  async *verify(options: VerifyOptions = {}): AsyncGenerator<ChainReport> {
    const writers = new Set([
      ...(await this.chains.writers()),
      ...(await this.checkpoints.writers()),
      ...(options.checkpoints ?? []).map(({ writer }) => writer),
    ]);
    for (const writer of [...writers].sort()) yield await this.chain(writer, options);
  }

  private async chain(writer: string, options: VerifyOptions): Promise<ChainReport> {
    const kept = await this.checkpoints.of(writer);
    const report = await this.check(writer, kept, options);
    if (!report.fault) return report;
    // Records that retention removed in the meantime are not missing: the chain begins later now.
    const now = await this.checkpoints.of(writer);
    return startOf(now).seq > startOf(kept).seq ? this.chain(writer, options) : report;
  }

  private async check(
    writer: string,
    kept: readonly SignedCheckpoint[],
    options: VerifyOptions,
  ): Promise<ChainReport> {
    const ours = this.checkpoints.isOurs(writer);
    const given = (options.checkpoints ?? []).filter((checkpoint) => checkpoint.writer === writer);
    const all = [...kept, ...given];
    const begin = startOf(kept);
    const expected = new Map(all.filter(({ seq }) => seq > begin.seq).map(({ seq, hash }) => [seq, hash]));
    const start = options.fromCheckpoint ? newest(begin, all) : begin;
    const check = new ChainCheck(writer, start, ours ? this.keys.mac : undefined, expected);
    const fault =
      this.strangersFault(writer, ours, options) ??
      this.forged(writer, ours, all) ??
      pruningFault(writer, begin, given, options.prunedBefore) ??
      (start.seq > begin.seq ? await this.startFault(writer, start) : undefined) ??
      (await this.walk(check, writer, start.seq));
    return {
      writer,
      records: check.records,
      erased: check.erased,
      after: start.seq,
      firstTime: check.first?.time,
      lastTime: check.last?.time,
      head: check.last && { seq: check.last.seq, hash: check.last.hash },
      authenticated: ours,
      fault,
    };
  }

  /** Records can be invented in the name of an installation that does not exist. */
  private strangersFault(
    writer: string,
    ours: boolean,
    { installations = [] }: VerifyOptions,
  ): ChainFault | undefined {
    const installation = writer.slice(0, writer.lastIndexOf('/'));
    if (ours || installations.includes(installation)) return undefined;
    return {
      writer,
      seq: 1,
      reason: `unknown installation "${printable(installation)}"; if it is another server of this database, accept it with --installation ${printable(installation)}, and verify it in its own data directory`,
    };
  }

  private async walk(check: ChainCheck, writer: string, after: number): Promise<ChainFault | undefined> {
    for await (const record of this.chains.after(writer, after)) {
      const fault = check.next(record);
      if (fault) return fault;
    }
    return check.end();
  }

  private forged(
    writer: string,
    ours: boolean,
    checkpoints: readonly SignedCheckpoint[],
  ): ChainFault | undefined {
    const forged = ours ? checkpoints.find((each) => !this.checkpoints.isGenuine(each)) : undefined;
    return (
      forged && {
        writer,
        seq: forged.seq,
        reason: `the checkpoint of ${forged.time} is not signed with this installation's key`,
      }
    );
  }

  private async startFault(
    writer: string,
    { seq, hash }: { seq: number; hash: string },
  ): Promise<ChainFault | undefined> {
    const record = await this.chains.at(writer, seq);
    if (record?.hash === hash) return undefined;
    return {
      writer,
      seq,
      id: record?.id,
      reason: record
        ? 'is not the record that a signed checkpoint attests: the chain was rewritten'
        : 'the record that a signed checkpoint attests was removed',
    };
  }
}

/** A writer is text of the database, which is not trusted: nothing of it may control a terminal. */
const printable = (text: string): string => text.replace(/\P{ASCII}|\p{C}|"/gu, '?').slice(0, 64);

/**
 * Who holds the key can sign that records were pruned, and then remove them. A checkpoint kept elsewhere decides: it says
 * where the chain began then, and that records up to its own were older than it.
 * @param given checkpoints of the chain that were kept elsewhere; without any, nothing can be decided
 */
function pruningFault(
  writer: string,
  begin: { readonly seq: number },
  given: readonly SignedCheckpoint[],
  prunedBefore?: string,
): ChainFault | undefined {
  if (given.length === 0) return undefined;
  const stated = Math.max(0, ...given.filter(({ pruned }) => pruned).map(({ seq }) => seq));
  const old = given.filter(({ time }) => prunedBefore !== undefined && time < prunedBefore);
  const proved = Math.max(stated, ...old.map(({ seq }) => seq));
  if (begin.seq <= proved) return undefined;
  return {
    writer,
    seq: proved + 1,
    reason: `the records ${proved + 1} to ${begin.seq} are said to be pruned, which no given checkpoint proves; if they were to be pruned, give an older checkpoint too and --pruned-before, or a checkpoint made after the pruning`,
  };
}

/** The beginning of a chain: after the pruned records. */
const startOf = (checkpoints: readonly SignedCheckpoint[]) =>
  newest(
    EMPTY_CHAIN,
    checkpoints.filter(({ pruned }) => pruned),
  );

const newest = (start: { seq: number; hash: string }, checkpoints: readonly SignedCheckpoint[]) =>
  checkpoints.reduce((latest, each) => (each.seq > latest.seq ? each : latest), start);
