import { RouteSettings } from '../common/route-config.js';

/** Exceptions to what is recorded of a route's requests. */
interface Recording {
  /** Successful requests are neither recorded nor traced: monitoring systems send one every few seconds. */
  readonly probe?: boolean;
  /** The response consists of other records. A copy in this record would remain after their erasure. */
  readonly repeatsRecords?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly recording?: Recording;
  }
}

/** The route is for probes and scrapes. Only requests that fail are recorded. */
export const Probe = (): MethodDecorator & ClassDecorator => RouteSettings({ recording: { probe: true } });

/** The route answers with audit records: its own record does not repeat them. */
export const RepeatsRecords = (): MethodDecorator => RouteSettings({ recording: { repeatsRecords: true } });
