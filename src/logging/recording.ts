import { RouteSettings } from '../common/route-config.js';

/** What of a route's calls goes into the audit trail, where that is not all. */
interface Recording {
  /** Answered calls are not recorded and not traced: who watches the server calls every few seconds. */
  readonly probe?: boolean;
  /** The answer is made of other records: a copy in this one would outlive their erasure. */
  readonly repeatsRecords?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly recording?: Recording;
  }
}

/** The route is for probes and scrapes: only calls that fail are recorded. */
export const Probe = (): MethodDecorator & ClassDecorator => RouteSettings({ recording: { probe: true } });

/** The route answers with audit records: its own record does not repeat them. */
export const RepeatsRecords = (): MethodDecorator => RouteSettings({ recording: { repeatsRecords: true } });
