import { Injectable } from '@nestjs/common';
import { AuditKeys } from '../trail/audit-keys.js';
import { type RedactedFeatures, RedactionRules } from '../models/redaction-rules.js';
import type { Signature } from '../inference/model.js';
import { rowCount } from '../inference/rows.js';
import type { Tensor } from '../inference/tensor.js';
import { type FeatureColumn, featureColumns, type FeatureValue } from './input/feature-values.js';
import type { OutOfRange } from './input/out-of-range.js';

/** How one model's inputs are recorded. */
export interface Redaction {
  /** A validated batch as it is recorded, whatever its protocol: `{"instances":[{feature: value, …}, …]}`. */
  record(signature: Signature, inputs: readonly Tensor[]): string;
  /** Flags without the values of redacted features. They are part of the response, which is recorded as it is sent. */
  mask(found: readonly OutOfRange[]): OutOfRange[];
}

/** Keeps named features out of the audit trail. */
@Injectable()
export class Redactor {
  constructor(
    private readonly rules: RedactionRules,
    private readonly keys: AuditKeys,
  ) {}

  /** Undefined for a model without redacted inputs. */
  of(model: string): Redaction | undefined | Promise<Redaction | undefined> {
    const features = this.rules.of(model);
    if (features instanceof Promise) return features.then((known) => known && this.redaction(known));
    return features && this.redaction(features);
  }

  private redaction({ hash, drop }: RedactedFeatures): Redaction {
    const hashed = new Set(hash);
    const dropped = new Set(drop);
    return {
      record: (signature, inputs) => {
        const columns = featureColumns(signature, inputs).filter(({ name }) => !dropped.has(name));
        const rows = Array.from({ length: rowCount(signature, inputs) }, (_, row) =>
          this.rowText(columns, row, hashed),
        );
        return `{"instances":[${rows.join()}]}`;
      },
      mask: (found) =>
        found.map(({ row, feature, range, value }) =>
          hashed.has(feature) || dropped.has(feature)
            ? { row, feature, range }
            : { row, feature, value, range },
        ),
    };
  }

  private rowText(columns: readonly FeatureColumn[], row: number, hashed: ReadonlySet<string>): string {
    const members = columns.map(({ name, at }) => {
      const value = at(row);
      const shown = hashed.has(name) && value !== null ? this.keys.redact(name, plainText(value)) : value;
      return `${JSON.stringify(name)}:${jsonText(shown)}`;
    });
    return `{${members.join()}}`;
  }
}

const plainText = (value: FeatureValue | FeatureValue[]): string =>
  Array.isArray(value) ? jsonText(value) : String(value);

function jsonText(value: FeatureValue | FeatureValue[]): string {
  if (Array.isArray(value)) return `[${value.map(jsonText).join()}]`;
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}
