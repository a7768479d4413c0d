import { Injectable } from '@nestjs/common';
import { ApiError } from '../common/errors.js';
import type { AuditRecord } from '../trail/audit-record.entity.js';
import { AuditKeys } from '../trail/audit-keys.js';
import { readManifest } from '../packages/manifest.js';
import { ModelCatalog } from '../models/model-catalog.js';
import { ModelFiles } from '../models/model-files.js';
import { featureColumns, type FeatureValue } from '../prediction/input/feature-values.js';
import { recordedExchange } from '../prediction/protocols/protocols.js';
import type { Signature } from '../inference/model.js';
import { rowCount } from '../inference/rows.js';
import type { FeatureFilter } from './audit-filter.js';
import { isRedacted } from './content-state.js';

type Row = ReadonlyMap<string, unknown>;

/** Maximum signatures in memory. */
const SIGNATURES = 100;

/** Checks whether a record's inputs have a row with the given values, in any protocol. */
@Injectable()
export class FeatureMatcher {
  private readonly signatures = new Map<string, Signature | undefined>();

  constructor(
    private readonly catalog: ModelCatalog,
    private readonly files: ModelFiles,
    private readonly keys: AuditKeys,
  ) {}

  async matching(
    records: readonly AuditRecord[],
    features: readonly FeatureFilter[],
  ): Promise<AuditRecord[]> {
    const found: AuditRecord[] = [];
    for (const record of records) if (await this.matches(record, features)) found.push(record);
    return found;
  }

  private async matches(record: AuditRecord, features: readonly FeatureFilter[]): Promise<boolean> {
    if (record.kind !== 'prediction' || record.request === null) return false;
    const rows = isRedacted(record) ? redactedRows(record.request.toString()) : await this.rows(record);
    const wanted = features.map(({ name, value }) => ({
      name,
      fits: isRedacted(record) ? this.redacted(name, value) : plain(value),
    }));
    for (const row of rows)
      if (wanted.every(({ name, fits }) => row.has(name) && fits(row.get(name)))) return true;
    return false;
  }

  /** A hashed value is found by the hash of the value in the query. */
  private redacted(name: string, value: string): (found: unknown) => boolean {
    const matchesPlain = plain(value);
    const hashes = new Set([value, canonicalNumber(value)].map((text) => this.keys.redact(name, text)));
    return (found) => matchesPlain(found) || (typeof found === 'string' && hashes.has(found));
  }

  private async rows(record: AuditRecord): Promise<Iterable<Row>> {
    const signature = await this.signatureOf(record);
    if (!signature) return [];
    try {
      const request = recordedExchange(record)?.decode(signature);
      return request ? rowsOf(signature, request.inputs) : [];
    } catch (error) {
      // The model rejected these inputs, so their values cannot be assigned to features.
      if (error instanceof ApiError || error instanceof SyntaxError) return [];
      throw error;
    }
  }

  private async signatureOf({ model, version, modelDigest }: AuditRecord): Promise<Signature | undefined> {
    if (model === null || version === null || modelDigest === null) return undefined;
    const key = `${model} ${version} ${modelDigest}`;
    if (!this.signatures.has(key)) {
      if (this.signatures.size >= SIGNATURES) this.signatures.clear();
      this.signatures.set(key, await this.readSignature(model, version, modelDigest));
    }
    return this.signatures.get(key);
  }

  private async readSignature(name: string, version: number, digest: string): Promise<Signature | undefined> {
    try {
      const row = await this.catalog.version(name, version);
      return row.digest === digest ? (await readManifest(this.files.dirOf(row))).signature : undefined;
    } catch {
      // The version was removed, and with it the names of its features.
      return undefined;
    }
  }
}

function* rowsOf(signature: Signature, inputs: Parameters<typeof featureColumns>[1]): Generator<Row> {
  const columns = featureColumns(signature, inputs);
  const rows = rowCount(signature, inputs);
  for (let row = 0; row < rows; row++) yield new Map(columns.map(({ name, at }) => [name, at(row)]));
}

function redactedRows(request: string): Row[] {
  const { instances } = JSON.parse(request) as { instances: Record<string, unknown>[] };
  return instances.map((row) => new Map(Object.entries(row)));
}

const plain = (value: string): ((found: unknown) => boolean) => {
  const number = value.trim() === '' ? NaN : Number(value);
  return (found) => {
    if (Array.isArray(found)) return found.some((each: FeatureValue) => plain(value)(each));
    return typeof found === 'number' ? Object.is(found, number) || found === number : String(found) === value;
  };
};

/** "44.0" in the canonical form that was hashed. */
const canonicalNumber = (value: string): string =>
  value.trim() === '' || Number.isNaN(Number(value)) ? value : String(Number(value));
