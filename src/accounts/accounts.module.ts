import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { UsersModule } from '../users/users.module.js';
import { MeController } from './me.controller.js';
import { OwnAccount } from './own-account.js';
import { ServiceAccountAdministration } from './service-account-administration.js';
import { ServiceAccountsController } from './service-accounts.controller.js';
import { SessionAdministration } from './session-administration.js';
import { OwnSessionsController, SessionsController } from './sessions.controller.js';
import { UserAdministration } from './user-administration.js';
import { UsersController } from './users.controller.js';

/** The APIs of users, their sessions, and service accounts. */
@Module({
  imports: [UsersModule, AuthModule],
  // Fixed paths (/me) come before paths with a parameter that would match them (/:username).
  controllers: [
    MeController,
    OwnSessionsController,
    UsersController,
    SessionsController,
    ServiceAccountsController,
  ],
  providers: [UserAdministration, OwnAccount, SessionAdministration, ServiceAccountAdministration],
})
export class AccountsModule {}
