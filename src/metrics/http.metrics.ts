import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Gauge, Registry } from 'prom-client';
import { routePattern } from '../common/route-pattern.js';
import { AccessMetrics } from './access.metrics.js';
import { DURATION_BUCKETS } from './buckets.js';
import { PredictionMetrics } from './prediction.metrics.js';
import { type Buckets, type Count, CounterFamily, HistogramFamily } from './tally.js';

/** The counts of one method of one route. */
interface RouteTally {
  readonly durations: Buckets;
  readonly statuses: Map<number, Count>;
}

/** Status of a request whose client disconnected before the response, as in nginx. */
const CLIENT_CLOSED_REQUEST = 499;

/** Counts requests when they end, whether they were answered or the client disconnected. */
@Injectable()
export class HttpMetrics {
  private inFlight = 0;
  private readonly requests: CounterFamily<'method' | 'route' | 'status'>;
  private readonly durations: HistogramFamily<'method' | 'route'>;
  private readonly methods = new Map<string, Map<string | undefined, RouteTally>>();

  constructor(
    registry: Registry,
    private readonly predictions: PredictionMetrics,
    private readonly access: AccessMetrics,
  ) {
    this.requests = new CounterFamily(registry, {
      name: 'modelgate_http_requests_total',
      help: 'HTTP requests, by method, route and status; 499: the client disconnected',
      labelNames: ['method', 'route', 'status'],
    });
    this.durations = new HistogramFamily(
      registry,
      {
        name: 'modelgate_http_request_duration_seconds',
        help: 'Time from the arrival of a request to the end of its response',
        labelNames: ['method', 'route'],
      },
      DURATION_BUCKETS,
    );
    const inFlight = (): number => this.inFlight;
    new Gauge({
      name: 'modelgate_http_requests_in_flight',
      help: 'HTTP requests in progress',
      registers: [registry],
      collect() {
        this.set(inFlight());
      },
    });
  }

  /** Counts every request, including those that match no route. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, reply, done) => {
      this.follow(request, reply);
      done();
    });
  }

  /** Counts a request on arrival and when it ends. */
  follow(request: FastifyRequest, reply: FastifyReply): void {
    this.inFlight += 1;
    // Fastify does not run onResponse if the client disconnects.
    reply.raw.once('close', () => {
      this.inFlight -= 1;
      this.observe(request, reply);
    });
  }

  private observe(request: FastifyRequest, reply: FastifyReply): void {
    const { errorCode, prediction } = request;
    const status = reply.raw.writableFinished ? reply.statusCode : CLIENT_CLOSED_REQUEST;
    const { url, config } = request.routeOptions;
    const tally = this.tallyOf(request.method, url);
    tally.durations.observe((performance.now() - request.arrivedAt) / 1000);
    this.countOf(tally, request, status).value += 1;
    if (prediction) this.predictions.count(config.protocol!.name, prediction, errorCode);
    this.access.observe(request, errorCode);
  }

  private tallyOf(method: string, url: string | undefined): RouteTally {
    let routes = this.methods.get(method);
    if (!routes) this.methods.set(method, (routes = new Map<string | undefined, RouteTally>()));
    let tally = routes.get(url);
    if (!tally) {
      tally = { durations: this.durations.of(method, routePattern(url)), statuses: new Map() };
      routes.set(url, tally);
    }
    return tally;
  }

  private countOf({ statuses }: RouteTally, request: FastifyRequest, status: number): Count {
    let count = statuses.get(status);
    if (!count) {
      count = this.requests.of(request.method, routePattern(request.routeOptions.url), String(status));
      statuses.set(status, count);
    }
    return count;
  }
}
