import { Injectable } from '@nestjs/common';
import { addressBlock } from '../common/address.js';
import { AuditTrail } from '../trail/audit-trail.js';
import { type Outcome, type RecordedCall, requestRecord } from './request-record.js';
import { Sampler } from './sampler.js';

/** Each of these cost the caller a password check, of which there are few a second. Guesses cannot hide among other calls. */
const PASSWORD_ERRORS: readonly unknown[] = ['invalid_credentials', 'inactive_user'];

/** Records the requests of all transports in the audit trail, each once. */
@Injectable()
export class CallRecorder {
  /** Calls without a known caller that are recorded: of one address, and of all together. A record has about 1 KB. */
  private readonly strangers = new Sampler({ burst: 300, perSecond: 2 }, { burst: 2000, perSecond: 50 });

  constructor(private readonly trail: AuditTrail) {}

  /**
   * Records a successful request. For a prediction or an act of administration, the promise resolves once the record is
   * on disk, and the response must wait for it.
   * @throws ApiError `audit_unavailable`
   */
  answered(call: RecordedCall & { recorded?: boolean }, outcome: Outcome): Promise<void> | undefined {
    // If this record cannot be written, the record of the failure cannot be written either.
    call.recorded = true;
    if (call.prediction || call.administration) return this.trail.append(requestRecord(call, outcome));
    if (!call.routeOptions.config?.recording?.probe) this.note(call, outcome);
    return undefined;
  }

  /** Records a request that ended with an error, unless it has been recorded. */
  failed(call: RecordedCall & { recorded?: boolean }, outcome: Outcome): void {
    if (call.recorded) return;
    call.recorded = true;
    this.note(call, outcome);
  }

  /** Strangers can send more calls than a disk can hold: beyond a rate, theirs are counted in the next record. */
  private note(call: RecordedCall, outcome: Outcome): void {
    const isSampled = call.user === undefined && !PASSWORD_ERRORS.includes(outcome.error);
    const left = isSampled ? this.strangers.pass(addressBlock(call.address)) : 0;
    if (left !== undefined) this.trail.note(requestRecord(call, outcome, left));
  }
}
