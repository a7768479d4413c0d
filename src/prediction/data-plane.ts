import { Inject, Injectable } from '@nestjs/common';
import { ApiError } from '../common/errors.js';
import { inferred } from '../common/events.js';
import type { Caller } from '../common/actor.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import type { LoadedVersion } from '../models/loaded-version.js';
import type { VersionName } from '../models/version-number.js';
import { ModelRegistry } from '../models/model-registry.js';
import { type QuotaHeaders, Quotas } from '../quotas/quotas.js';
import { ModelInputError, ModelStoppedError, type Signature } from '../inference/model.js';
import { rowCount, unlikeRows, withoutRows } from '../inference/rows.js';
import type { Tensor } from '../inference/tensor.js';
import { demandSmallAnswer, demandSmallOutputs } from './answer-size.js';
import { Batcher } from './batcher.js';
import { allocate } from './input/cells.js';
import { modelInputFault } from './input/faults.js';
import { type OutOfRange, outOfRange } from './input/out-of-range.js';
import { Redactor } from './redactor.js';

/** A batch that fits the model's signature, and the requested outputs (the model's defaults if none are named). */
export interface InferenceRequest {
  readonly inputs: readonly Tensor[];
  readonly outputs?: readonly string[];
  /** True where the protocol answers each row by itself. Outputs that are not one answer a row are refused then. */
  readonly byRow?: boolean;
}

export interface Inference {
  readonly model: string;
  readonly version: number;
  readonly digest: string;
  readonly signature: Signature;
  readonly rows: number;
  readonly outputs: readonly Tensor[];
  readonly outOfRange: readonly OutOfRange[];
  /** What remains of the quotas that these rows count against, for the response headers. */
  readonly quotas?: QuotaHeaders;
}

/** Computes predictions. Independent of the transport. */
@Injectable()
export class DataPlane {
  private readonly batchers = new WeakMap<LoadedVersion, Batcher>();

  constructor(
    private readonly registry: ModelRegistry,
    private readonly quotas: Quotas,
    /** Decides which inputs must be redacted in records. */
    readonly redactor: Redactor,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * @param caller the caller, whose quota the rows count against
   * @param version default: the live one
   * @param decode validates the body against the signature of the version that computes it
   * @param isGone whether the client has disconnected, so that the rest need not be computed
   * @throws ApiError for faults of the model or the input; `payload_too_large` for the answer; `quota_exceeded`
   */
  async infer(
    caller: Caller,
    model: string,
    version: VersionName | undefined,
    decode: (signature: Signature) => InferenceRequest,
    isGone?: () => boolean,
  ): Promise<Inference> {
    const leased = this.registry.lease(model, version);
    const loaded = leased instanceof Promise ? await leased : leased;
    try {
      const { signature } = loaded.manifest;
      const request = decode(signature);
      const outputs = request.outputs ?? signature.defaultOutputs;
      const rows = rowCount(signature, request.inputs);
      if (request.byRow) refuse(withoutRows(signature, outputs));
      demandSmallAnswer(signature, outputs, rows, this.config.responseLimit);
      const charged = this.quotas.charge(caller, model, rows);
      const quotas = charged instanceof Promise ? await charged : charged;
      const computed = await this.compute(loaded, request.inputs, rows, outputs, isGone);
      if (request.byRow) refuse(unlikeRows(computed, rows));
      return {
        model,
        version: loaded.version,
        digest: loaded.digest,
        signature,
        rows,
        outputs: computed,
        outOfRange: outOfRange(signature, request.inputs),
        quotas,
      };
    } finally {
      loaded.release();
    }
  }

  /** Names that a body for the model may contain: features and inputs of the live version; none if it is not loaded. */
  names(model: string): ReadonlySet<string> {
    const signature = this.registry.live(model)?.manifest.signature;
    return new Set([...(signature?.features ?? []), ...(signature?.inputs ?? [])].map(({ name }) => name));
  }

  /** Rows waiting for a batch of this version. */
  queuedRows(loaded: LoadedVersion): number {
    return this.batchers.get(loaded)?.queueLength ?? 0;
  }

  private async compute(
    loaded: LoadedVersion,
    inputs: readonly Tensor[],
    rows: number,
    outputs: readonly string[],
    isGone?: () => boolean,
  ): Promise<Tensor[]> {
    const { signature } = loaded.manifest;
    if (rows === 0 && withoutRows(signature, outputs) === undefined) return noRows(signature, outputs);
    const startedAt = performance.now();
    let failed = true;
    try {
      const computed = await (loaded.model.rowwise
        ? this.batcher(loaded).infer(inputs, outputs, isGone)
        : loaded.model.infer(inputs, outputs));
      failed = false;
      demandSmallOutputs(computed, this.config.responseLimit);
      return computed;
    } catch (error) {
      if (error instanceof ModelInputError) throw modelInputFault(error);
      throw error instanceof ModelStoppedError ? stopped(error) : error;
    } finally {
      const { name: model, version } = loaded;
      inferred.publish({ model, version, rows, startedAt, endedAt: performance.now(), failed });
    }
  }

  private batcher(loaded: LoadedVersion): Batcher {
    let batcher = this.batchers.get(loaded);
    if (!batcher) this.batchers.set(loaded, (batcher = new Batcher(loaded, this.config.predictionSeconds)));
    return batcher;
  }
}

function refuse(fault: string | undefined): void {
  if (fault !== undefined) throw new ApiError('invalid_input', `${fault}; ask by tensors (V2 or gRPC)`);
}

/** The outputs for a batch without rows: empty tensors of the right shapes. */
function noRows(signature: Signature, names: readonly string[]): Tensor[] {
  return names.map((name) => {
    const { datatype, shape } = signature.outputs.find((output) => output.name === name)!;
    return {
      name,
      datatype,
      shape: shape.map((size, axis) => (axis === 0 ? 0 : Math.max(size, 0))),
      data: allocate(datatype, 0),
    };
  });
}

const stopped = ({ message, notBegun }: ModelStoppedError): ApiError =>
  notBegun
    ? new ApiError('overloaded', message, { headers: { 'Retry-After': '10' } })
    : new ApiError('prediction_stopped', message);
