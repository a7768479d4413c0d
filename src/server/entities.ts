import { LoginAddress, LoginFailure } from '../auth/login/login-failure.entity.js';
import { Job } from '../jobs/job.entity.js';
import { RevokedToken } from '../auth/service-accounts/revoked-token.entity.js';
import { ServiceAccount } from '../auth/service-accounts/service-account.entity.js';
import { Session } from '../auth/sessions/session.entity.js';
import { AuditCheckpoint } from '../audit/audit-checkpoint.entity.js';
import { AuditRecord } from '../trail/audit-record.entity.js';
import { DayUsage } from '../limits/day-usage.entity.js';
import { Model } from '../models/model.entity.js';
import { ModelRedaction } from '../models/model-redaction.entity.js';
import { ModelVersion } from '../models/model-version.entity.js';
import { Setting } from '../database/setting.entity.js';
import { Quota } from '../quotas/quota.entity.js';
import { User } from '../users/user.entity.js';

/** All tables, for the DataSource. */
export const ENTITIES = [
  User,
  LoginFailure,
  LoginAddress,
  Session,
  ServiceAccount,
  RevokedToken,
  Model,
  ModelVersion,
  ModelRedaction,
  Job,
  Quota,
  DayUsage,
  AuditRecord,
  AuditCheckpoint,
  Setting,
];
