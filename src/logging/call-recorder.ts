import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../trail/audit-trail.js';
import { type Outcome, type RecordedCall, requestRecord } from './request-record.js';

/** Records the requests of all transports in the audit trail, each once. */
@Injectable()
export class CallRecorder {
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
    if (!call.routeOptions.config?.recording?.probe) this.trail.note(requestRecord(call, outcome));
    return undefined;
  }

  /** Records a request that ended with an error, unless it has been recorded. */
  failed(call: RecordedCall & { recorded?: boolean }, outcome: Outcome): void {
    if (call.recorded) return;
    call.recorded = true;
    this.trail.note(requestRecord(call, outcome));
  }
}
