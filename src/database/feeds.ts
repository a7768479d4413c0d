import { Global, Inject, Injectable, Module } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { ChangeFeed } from './change-feed.js';

/** Changes of users, their rights and their tokens. */
@Injectable()
export class AccessFeed extends ChangeFeed {
  constructor(@Inject(CONFIG) config: Config) {
    super(config.dataDir, 'access');
  }
}

/** Changes of models and of which version is live. */
@Injectable()
export class ModelsFeed extends ChangeFeed {
  constructor(@Inject(CONFIG) config: Config) {
    super(config.dataDir, 'models');
  }
}

/** Changes of quotas. */
@Injectable()
export class QuotasFeed extends ChangeFeed {
  constructor(@Inject(CONFIG) config: Config) {
    super(config.dataDir, 'quotas');
  }
}

@Global()
@Module({ providers: [AccessFeed, ModelsFeed, QuotasFeed], exports: [AccessFeed, ModelsFeed, QuotasFeed] })
export class FeedsModule {}
