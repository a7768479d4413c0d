import { Injectable } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';
import { auditCommitted } from '../common/events.js';
import { AuditTrail } from '../trail/audit-trail.js';
import { DURATION_BUCKETS, SIZE_BUCKETS } from './buckets.js';
import { CounterFamily, HistogramFamily } from './tally.js';

/** Watches the audit trail's way to disk. */
@Injectable()
export class AuditMetrics {
  constructor(registry: Registry, trail: AuditTrail) {
    const durations = new HistogramFamily(
      registry,
      {
        name: 'modelgate_audit_commit_duration_seconds',
        help: 'What it takes to commit a group of audit records to disk',
        labelNames: [],
      },
      DURATION_BUCKETS,
    ).of();
    const records = new HistogramFamily(
      registry,
      { name: 'modelgate_audit_commit_records', help: 'Audit records in one commit', labelNames: [] },
      SIZE_BUCKETS,
    ).of();
    const failures = new CounterFamily(registry, {
      name: 'modelgate_audit_commit_failures_total',
      help: 'Commits of audit records that failed; the answers that waited for them were 503',
      labelNames: [],
    }).of();
    new Gauge({
      name: 'modelgate_audit_queue_records',
      help: 'Audit records that wait for a commit',
      registers: [registry],
      collect() {
        this.set(trail.queueLength);
      },
    });
    auditCommitted.subscribe((event) => {
      durations.observe(event.milliseconds / 1000);
      records.observe(event.records);
      if (event.failed) failures.value += 1;
    });
  }
}
