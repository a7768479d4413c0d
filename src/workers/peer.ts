/** A message between a worker and the primary. */
type Envelope =
  | { readonly topic: string; readonly id: number; readonly body: unknown }
  | { readonly answers: number; readonly body?: unknown; readonly error?: string };

type Handler = (body: never) => unknown;

interface Pending {
  readonly resolve: (body: never) => void;
  readonly reject: (error: Error) => void;
}

/** The other process did not answer: it exited, or its handler failed. */
export class PeerError extends Error {
  override readonly name = 'PeerError';
}

/**
 * Requests and replies over the channel to another process, in both directions. Messages arrive in the order
 * in which they were sent.
 */
export class Peer {
  private readonly handlers = new Map<string, Handler>();
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;
  private isClosed = false;

  /** @param send writes a message to the channel */
  constructor(private readonly send: (message: object) => void) {}

  /** Answers requests of the other process on a topic with the result of `handler`. */
  handle<Body, Answer>(topic: string, handler: (body: Body) => Answer | Promise<Answer>): void {
    this.handlers.set(topic, handler);
  }

  /** Sends a request to the other process. @throws PeerError if it exits first, or fails */
  call<Answer>(topic: string, body?: unknown): Promise<Answer> {
    if (this.isClosed) return Promise.reject(new PeerError('the other process has exited'));
    const id = (this.lastId += 1);
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      this.send({ topic, id, body } satisfies Envelope);
    });
  }

  /** Must be called with every message from the channel. */
  receive(message: unknown): void {
    const envelope = message as Envelope;
    if ('topic' in envelope) void this.answer(envelope.topic, envelope.id, envelope.body);
    else this.settle(envelope);
  }

  /** The channel is closed: pending requests fail. */
  close(): void {
    this.isClosed = true;
    for (const { reject } of this.pending.values()) reject(new PeerError('the other process has exited'));
    this.pending.clear();
  }

  private settle({ answers, body, error }: Extract<Envelope, { answers: number }>): void {
    const pending = this.pending.get(answers);
    this.pending.delete(answers);
    if (error === undefined) pending?.resolve(body as never);
    else pending?.reject(new PeerError(error));
  }

  private async answer(topic: string, id: number, body: unknown): Promise<void> {
    let reply: Envelope;
    try {
      const handler = this.handlers.get(topic);
      if (!handler) throw new PeerError(`no handler for ${topic}`);
      // The reply of a synchronous handler is sent in the same turn, so replies keep the order of their
      // requests.
      const result = handler(body as never);
      reply = { answers: id, body: result instanceof Promise ? await result : result };
    } catch (error) {
      reply = { answers: id, error: (error as Error).message };
    }
    if (!this.isClosed) this.send(reply);
  }
}
