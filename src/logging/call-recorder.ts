import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../trail/audit-trail.js';
import { type Outcome, type RecordedCall, requestRecord } from './request-record.js';

/** Puts the calls of every transport into the audit trail, each once. */
@Injectable()
export class CallRecorder {
  constructor(private readonly trail: AuditTrail) {}

  /**
   * Records an answered call. The promise of a prediction or an act of administration resolves once the record is on
   * disk, and its answer must wait for that.
   * @throws ApiError `audit_unavailable`
   */
  answered(call: RecordedCall & { recorded?: boolean }, outcome: Outcome): Promise<void> | undefined {
    // If this record cannot be written, that of the failure could not be either.
    call.recorded = true;
    if (call.prediction || call.administration) return this.trail.append(requestRecord(call, outcome));
    if (!call.routeOptions.config?.recording?.probe) this.trail.note(requestRecord(call, outcome));
    return undefined;
  }

  /** Records a call that ended with an error, unless it has its record. */
  failed(call: RecordedCall & { recorded?: boolean }, outcome: Outcome): void {
    if (call.recorded) return;
    call.recorded = true;
    this.trail.note(requestRecord(call, outcome));
  }
}
