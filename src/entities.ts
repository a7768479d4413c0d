import { LoginAddress, LoginFailure } from './auth/login/login-failure.entity.js';
import { AuditRecord } from './logging/audit-record.entity.js';
import { DayUsage } from './limits/day-usage.entity.js';
import { Model } from './models/model.entity.js';
import { ModelVersion } from './models/model-version.entity.js';
import { Setting } from './database/setting.entity.js';
import { Quota } from './quotas/quota.entity.js';
import { User } from './users/user.entity.js';

/** Every table, for the DataSource. */
export const ENTITIES = [
  User,
  Model,
  ModelVersion,
  AuditRecord,
  Setting,
  LoginFailure,
  LoginAddress,
  Quota,
  DayUsage,
];
