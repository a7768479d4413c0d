import { Global, Injectable, Module } from '@nestjs/common';
import { ChangeFeed, ChangeLog } from './change-feed.js';

/** Changes of users, their rights and their tokens. */
@Injectable()
export class AccessFeed extends ChangeFeed {
  constructor(log: ChangeLog) {
    super(log, 'access');
  }
}

/** Changes of models and of their live versions. */
@Injectable()
export class ModelsFeed extends ChangeFeed {
  constructor(log: ChangeLog) {
    super(log, 'models');
  }
}

/** Changes of quotas. */
@Injectable()
export class QuotasFeed extends ChangeFeed {
  constructor(log: ChangeLog) {
    super(log, 'quotas');
  }
}

@Global()
@Module({
  providers: [ChangeLog, AccessFeed, ModelsFeed, QuotasFeed],
  exports: [AccessFeed, ModelsFeed, QuotasFeed],
})
export class FeedsModule {}
