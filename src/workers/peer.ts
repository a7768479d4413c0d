/** What travels between a worker and the primary. */
type Envelope =
  | { readonly topic: string; readonly id: number; readonly body: unknown }
  | { readonly answers: number; readonly body?: unknown; readonly error?: string };

type Handler = (body: never) => unknown;

interface Pending {
  readonly resolve: (body: never) => void;
  readonly reject: (error: Error) => void;
}

/** The other process of a channel did not answer: it ended, or its handler failed. */
export class PeerError extends Error {
  override readonly name = 'PeerError';
}

/**
 * Questions and answers over the channel to another process, in both directions. Messages arrive in the order in which
 * they were sent.
 */
export class Peer {
  private readonly handlers = new Map<string, Handler>();
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;
  private isClosed = false;

  /** @param send hands a message to the channel */
  constructor(private readonly send: (message: object) => void) {}

  /** Answers the other process' questions on a topic; what `handler` returns is the answer. */
  handle<Body, Answer>(topic: string, handler: (body: Body) => Answer | Promise<Answer>): void {
    this.handlers.set(topic, handler);
  }

  /** Asks the other process. @throws PeerError when it ends first, or fails */
  call<Answer>(topic: string, body?: unknown): Promise<Answer> {
    if (this.isClosed) return Promise.reject(new PeerError('the other process has ended'));
    const id = (this.lastId += 1);
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      this.send({ topic, id, body } satisfies Envelope);
    });
  }

  /** To be called with every message that the channel brings. */
  receive(message: unknown): void {
    const envelope = message as Envelope;
    if ('topic' in envelope) void this.answer(envelope.topic, envelope.id, envelope.body);
    else this.settle(envelope);
  }

  /** The channel is gone: nothing that was asked will be answered. */
  close(): void {
    this.isClosed = true;
    for (const { reject } of this.pending.values()) reject(new PeerError('the other process has ended'));
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
      if (!handler) throw new PeerError(`nothing answers ${topic}`);
      // A handler that answers at once is answered in the same turn, so answers keep the order of their questions.
      const result = handler(body as never);
      reply = { answers: id, body: result instanceof Promise ? await result : result };
    } catch (error) {
      reply = { answers: id, error: (error as Error).message };
    }
    if (!this.isClosed) this.send(reply);
  }
}
