/** Messages of one caller that are being received at once; each may take the memory of a whole body. */
const EACH_LIMIT = 16;

interface Sender {
  reading: number;
  readonly waiting: Set<() => void>;
}

/** Limits how many messages of a caller are read at once. Further ones wait their turn, unread. */
export class UnreadMessages {
  private readonly senders = new Map<string, Sender>();

  /**
   * @param read called once the message may be read: at once, or when an earlier one has ended
   * @returns ends the message, read or not; does nothing when it is called again
   */
  begin(id: string, read: () => void): () => void {
    const sender = this.senders.get(id) ?? { reading: 0, waiting: new Set() };
    this.senders.set(id, sender);
    let isReading = false;
    let ended = false;
    const start = (): void => {
      isReading = true;
      sender.reading += 1;
      read();
    };
    if (sender.reading < EACH_LIMIT) start();
    else sender.waiting.add(start);
    return () => {
      if (ended) return;
      ended = true;
      sender.waiting.delete(start);
      if (isReading) sender.reading -= 1;
      const [next] = sender.waiting;
      if (next && sender.reading < EACH_LIMIT) {
        sender.waiting.delete(next);
        next();
      } else if (sender.reading === 0) this.senders.delete(id);
    };
  }
}
