import { Foundation1700000001000 } from './1700000001000-foundation.js';
import { Sessions1700000002000 } from './1700000002000-sessions.js';
import { LoginFailures1700000004000 } from './1700000004000-login-failures.js';
import { AuditEvidence1700000005000 } from './1700000005000-audit-evidence.js';
import { Jobs1700000006000 } from './1700000006000-jobs.js';
import { Quotas1700000007000 } from './1700000007000-quotas.js';

/** In order; each is run once, at start. */
export const MIGRATIONS = [
  Foundation1700000001000,
  Sessions1700000002000,
  LoginFailures1700000004000,
  AuditEvidence1700000005000,
  Jobs1700000006000,
  Quotas1700000007000,
];
