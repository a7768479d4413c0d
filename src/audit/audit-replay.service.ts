import { Injectable } from '@nestjs/common';
import { ApiError } from '../common/errors.js';
import { parseExactJson } from '../common/exact-json.js';
import type { Caller } from '../common/actor.js';
import { contentText } from '../trail/audit-draft.js';
import type { AuditRecord } from '../trail/audit-record.entity.js';
import { ModelCatalog } from '../models/model-catalog.js';
import { DataPlane, type Inference } from '../prediction/data-plane.js';
import type { Exchange } from '../prediction/protocols/protocol.js';
import { recordedExchange } from '../prediction/protocols/protocols.js';
import { isErased, isRedacted } from './content-state.js';
import { type Difference, differences } from './differences.js';

export interface Replay {
  /** True if the response equals the recorded one exactly. */
  readonly same: boolean;
  readonly model: string;
  readonly version: number;
  readonly digest: string;
  readonly recorded: unknown;
  readonly replayed: unknown;
  readonly differences: readonly Difference[];
}

/** A record of an answered prediction. */
export type AnsweredRecord = AuditRecord & { model: string; version: number; modelDigest: string };

/** Runs recorded predictions again. */
@Injectable()
export class AuditReplay {
  constructor(
    private readonly catalog: ModelCatalog,
    private readonly dataPlane: DataPlane,
  ) {}

  /** @throws ApiError `conflict` if the record is not an answered prediction, or its content was erased */
  replayable(record: AuditRecord): AnsweredRecord {
    const { kind, status, model, version, modelDigest } = record;
    if (kind !== 'prediction') throw conflict(`record ${record.id} is not a prediction`);
    if (status !== 200 || model === null || version === null || modelDigest === null)
      throw conflict(`the prediction of record ${record.id} was not answered`);
    if (isRedacted(record)) throw conflict(`the inputs of record ${record.id} were redacted`);
    if (isErased(record)) throw conflict(`the content of record ${record.id} was erased`);
    return { ...record, model, version, modelDigest };
  }

  /**
   * Runs the prediction again on the version that answered it, and compares.
   * @throws ApiError `conflict` if that version was removed, or the inputs cannot be read
   */
  async replay(record: AnsweredRecord, caller: Caller): Promise<Replay> {
    await this.demandVersion(record);
    const exchange = readAgain(record);
    const inference = await this.ask(record, exchange, caller);
    const recorded = parsed(contentText(record.response));
    const replayed = parsed(contentText(exchange.encode(inference).body));
    const found = differences(recorded, replayed);
    const { model, version, digest } = inference;
    return { same: found.length === 0, model, version, digest, recorded, replayed, differences: found };
  }

  private async demandVersion({ model, version, modelDigest }: AnsweredRecord): Promise<void> {
    const row = await this.catalog.version(model, version).catch((error: unknown) => {
      if (error instanceof ApiError && error.code === 'model_not_found') return undefined;
      throw error;
    });
    if (!row) throw conflict(`version ${version} of the model ${model} was removed`);
    if (row.digest !== modelDigest)
      throw conflict(`version ${version} of the model ${model} has changed since: its digest differs`);
  }

  private async ask(record: AnsweredRecord, exchange: Exchange, caller: Caller): Promise<Inference> {
    const inference = await this.dataPlane.infer(caller, record.model, record.version, exchange.decode);
    if (inference.digest !== record.modelDigest)
      throw conflict(`version ${record.version} of the model ${record.model} has been replaced`);
    return inference;
  }
}

function readAgain(record: AnsweredRecord): Exchange {
  const exchange = recordedExchange(record);
  if (!exchange) throw conflict(`record ${record.id} does not contain its inputs`);
  return exchange;
}

/** A response as it was sent: the value of its JSON, or the text itself if it is not JSON (CSV). */
function parsed(text: string | null): unknown {
  if (text === null) return null;
  try {
    return shown(parseExactJson(text));
  } catch {
    return text;
  }
}

/** With whole numbers beyond 2^53 as text of their digits: the comparison and the answer keep them all. */
function shown(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.some(isNested) ? value.map(shown) : value;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shown(member)]));
}

const isNested = (value: unknown): boolean =>
  typeof value === 'bigint' || (typeof value === 'object' && value !== null);

const conflict = (detail: string): ApiError => new ApiError('conflict', detail);
