import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { UsersModule } from '../users/users.module.js';
import { MeController } from './me.controller.js';
import { OwnAccount } from './own-account.js';
import { UserAdministration } from './user-administration.js';
import { UsersController } from './users.controller.js';

/** The users API. */
@Module({
  imports: [UsersModule, AuthModule],
  // What is fixed (/me) stands before what a parameter would take (/:username).
  controllers: [MeController, UsersController],
  providers: [UserAdministration, OwnAccount],
})
export class AccountsModule {}
