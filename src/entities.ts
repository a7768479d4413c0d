import { LoginAddress, LoginFailure } from './auth/login/login-failure.entity.js';
import { Job } from './jobs/job.entity.js';
import { AuditRecord } from './logging/audit-record.entity.js';
import { Model } from './models/model.entity.js';
import { ModelVersion } from './models/model-version.entity.js';
import { Setting } from './database/setting.entity.js';
import { User } from './users/user.entity.js';

/** Every table, for the DataSource. */
export const ENTITIES = [User, Model, ModelVersion, AuditRecord, Setting, LoginFailure, LoginAddress, Job];
