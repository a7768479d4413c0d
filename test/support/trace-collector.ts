import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import protobuf from 'protobufjs';

/** The fields of opentelemetry/proto/collector/trace/v1/trace_service.proto that the tests read; others are skipped. */
const PROTO = `syntax = "proto3";
message Request { repeated ResourceSpans resource_spans = 1; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
message Resource { repeated KeyValue attributes = 1; }
message ScopeSpans { repeated Span spans = 2; }
message KeyValue { string key = 1; AnyValue value = 2; }
message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; } }
message Status { int32 code = 3; }
message Span {
  bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
  fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9; Status status = 15;
}`;

type Attributes = Record<string, string | number | boolean>;

interface RawSpan {
  traceId: Buffer;
  spanId: Buffer;
  parentSpanId?: Buffer;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes?: RawAttribute[];
  status?: { code?: number };
}
interface RawAttribute {
  key: string;
  value: Record<string, string | number | boolean>;
}
interface RawRequest {
  resourceSpans: { resource: { attributes: RawAttribute[] }; scopeSpans: { spans: RawSpan[] }[] }[];
}

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string;
  readonly name: string;
  readonly kind: number;
  readonly startedAt: bigint;
  readonly endedAt: bigint;
  /** 0 unset, 1 ok, 2 error. */
  readonly status: number;
  readonly attributes: Attributes;
  readonly resource: Attributes;
}

/** A receiver of traces as OTLP/HTTP with protobuf. */
export class TraceCollector {
  readonly spans: ReceivedSpan[] = [];
  readonly requests: { url?: string; headers: IncomingHttpHeaders }[] = [];
  private readonly type = protobuf.parse(PROTO).root.lookupType('Request');

  private constructor(private readonly server: Server) {}

  static async start(): Promise<TraceCollector> {
    const server = createServer();
    const collector = new TraceCollector(server);
    server.on('request', (request, response) => {
      collector.requests.push({ url: request.url, headers: request.headers });
      void buffer(request).then((body) => {
        collector.take(body);
        response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private take(body: Buffer): void {
    const decoded = this.type.decode(body);
    const request = this.type.toObject(decoded, { longs: String, defaults: false }) as RawRequest;
    for (const { resource, scopeSpans } of request.resourceSpans)
      for (const { spans } of scopeSpans)
        this.spans.push(...spans.map((span) => received(span, attributesOf(resource.attributes))));
  }
}

function received(span: RawSpan, resource: Attributes): ReceivedSpan {
  return {
    traceId: hex(span.traceId),
    spanId: hex(span.spanId),
    parentId: hex(span.parentSpanId),
    name: span.name,
    kind: span.kind,
    startedAt: BigInt(span.startTimeUnixNano),
    endedAt: BigInt(span.endTimeUnixNano),
    status: span.status?.code ?? 0,
    attributes: attributesOf(span.attributes),
    resource,
  };
}

const hex = (bytes: Buffer | undefined): string => Buffer.from(bytes ?? []).toString('hex');

const attributesOf = (list: readonly RawAttribute[] = []): Attributes =>
  Object.fromEntries(
    list.map(({ key, value }) => [
      key,
      'intValue' in value ? Number(value.intValue) : Object.values(value)[0],
    ]),
  );
