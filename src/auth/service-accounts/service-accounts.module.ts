import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { RevokedToken } from './revoked-token.entity.js';
import { RevokedTokens } from './revoked-tokens.js';
import { ServiceAccount } from './service-account.entity.js';
import { ServiceAccountsService } from './service-accounts.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([ServiceAccount, RevokedToken])],
  providers: [ServiceAccountsService, RevokedTokens],
  exports: [ServiceAccountsService, RevokedTokens],
})
export class ServiceAccountsModule {}
