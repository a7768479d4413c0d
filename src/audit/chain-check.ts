import { type KeyObject, timingSafeEqual } from 'node:crypto';
import { type ChainHead, contentDigestOf, recordHashOf, recordMac } from '../trail/audit-chain.js';
import type { AuditRecord } from '../trail/audit-record.entity.js';
import { isErased } from './content-state.js';

/** The first fault of a chain. */
export interface ChainFault {
  readonly writer: string;
  readonly seq: number;
  /** Id of the record; undefined if it is missing. */
  readonly id?: number;
  readonly reason: string;
}

/** Checks the records of a chain, one after another. */
export class ChainCheck {
  records = 0;
  erased = 0;
  first?: AuditRecord;
  last?: AuditRecord;

  /**
   * @param head the record before the next one
   * @param key of the installation that wrote the chain; undefined for another installation's chain, whose
   * MACs are not checked
   * @param expected hashes that checkpoints attest, by seq
   */
  constructor(
    private readonly writer: string,
    private head: ChainHead,
    private readonly key: KeyObject | undefined,
    private readonly expected: ReadonlyMap<number, string>,
  ) {}

  /** @returns the fault of the record, or undefined */
  next(record: AuditRecord): ChainFault | undefined {
    const reason = this.faultOf(record);
    if (reason !== undefined) return { writer: this.writer, seq: record.seq, id: record.id, reason };
    this.head = record;
    this.first ??= record;
    this.last = record;
    this.records += 1;
    if (isErased(record)) this.erased += 1;
    return undefined;
  }

  /** @returns what is missing at the end */
  end(): ChainFault | undefined {
    const { writer, head } = this;
    const attested = Math.max(...this.expected.keys());
    if (attested <= head.seq) return undefined;
    return {
      writer,
      seq: head.seq + 1,
      reason: `the chain ends at ${head.seq}, but a signed checkpoint attests ${attested}: its tail was removed`,
    };
  }

  private faultOf(record: AuditRecord): string | undefined {
    const place = this.head.seq + 1;
    if (record.seq > place) return `records ${place} to ${record.seq - 1} before it were removed`;
    if (record.seq < place) return 'was inserted: its position in the chain is taken';
    if (!hasItsContent(record)) return 'its content was changed: its digest does not match';
    if (recordHashOf(this.head.hash, record) !== record.hash)
      return 'does not follow the previous record: it was changed, swapped or inserted';
    return this.macFault(record) ?? this.checkpointFault(record);
  }

  private macFault({ mac, hash }: AuditRecord): string | undefined {
    return !this.key || equal(mac, recordMac(this.key, hash))
      ? undefined
      : 'its authentication code is wrong: it was written without the key';
  }

  private checkpointFault({ seq, hash }: AuditRecord): string | undefined {
    const attested = this.expected.get(seq);
    return attested === undefined || attested === hash
      ? undefined
      : 'is not the record that a signed checkpoint attests: the chain was rewritten';
  }
}

function hasItsContent(record: AuditRecord): boolean {
  return isErased(record)
    ? record.request === null && record.response === null && record.requestHeaders === null
    : contentDigestOf(record) === record.contentDigest;
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
