import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../common/logger.module.js';
import { urlWithoutSecrets } from '../common/secrets.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import type { RecordedCall } from './request-record.js';

const PATH_LIMIT = 512;

/** One log line per answered call of every transport, if `MODELGATE_ACCESS_LOG` is on. */
@Injectable()
export class AccessLog {
  readonly isOn: boolean;

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(CONFIG) config: Config,
  ) {
    this.isOn = config.accessLog;
  }

  /** @param status of HTTP; 499 if the client disconnected before the answer */
  write(call: RecordedCall, status: number): void {
    if (!this.isOn) return;
    this.logger.info(
      {
        request_id: call.id,
        method: call.method,
        path: urlWithoutSecrets(call.url).slice(0, PATH_LIMIT),
        status,
        duration_ms: Math.round((performance.now() - call.arrivedAt) * 1000) / 1000,
        address: call.address,
        actor_kind: call.user?.kind,
        username: call.user?.name,
      },
      'request',
    );
  }
}
