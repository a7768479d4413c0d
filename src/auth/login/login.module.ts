import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Setting } from '../../database/setting.entity.js';
import { UsersModule } from '../../users/users.module.js';
import { LoginAddress, LoginFailure } from './login-failure.entity.js';
import { LoginFailures } from './login-failures.js';
import { LoginService } from './login.service.js';

@Module({
  imports: [UsersModule, TypeOrmModule.forFeature([LoginFailure, LoginAddress, Setting])],
  providers: [LoginFailures, LoginService],
  exports: [LoginService],
})
export class LoginModule {}
