import { Injectable } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';
import { auditCommitted } from '../common/events.js';
import { AuditTrail } from '../trail/audit-trail.js';
import { DURATION_BUCKETS, SIZE_BUCKETS } from './buckets.js';
import { CounterFamily, HistogramFamily } from './tally.js';

/** Measures how audit records are written to disk. */
@Injectable()
export class AuditMetrics {
  constructor(registry: Registry, trail: AuditTrail) {
    const durations = new HistogramFamily(
      registry,
      {
        name: 'modelgate_audit_commit_duration_seconds',
        help: 'Time to commit a group of audit records to disk',
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
      help: 'Failed commits of audit records; the requests waiting for them got 503',
      labelNames: [],
    }).of();
    new Gauge({
      name: 'modelgate_audit_queue_records',
      help: 'Audit records waiting for a commit',
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
