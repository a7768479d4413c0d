import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Quota } from './quota.entity.js';
import { QuotaStore } from './quota-store.js';

/** Only the settings, for the command line. */
@Module({ imports: [TypeOrmModule.forFeature([Quota])], providers: [QuotaStore], exports: [QuotaStore] })
export class QuotaSettingsModule {}
