import { describe, expect, it } from 'vitest';
import { Peer, PeerError } from './peer.js';

/** Two ends of a channel whose messages are delivered when `deliver` is called. */
function channel() {
  const queue: (() => void)[] = [];
  const left: Peer = new Peer((message) => queue.push(() => right.receive(structuredClone(message))));
  const right: Peer = new Peer((message) => queue.push(() => left.receive(structuredClone(message))));
  const deliver = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      next();
      await Promise.resolve();
    }
  };
  return { left, right, deliver };
}

describe('a peer', () => {
  it('answers questions in both directions', async () => {
    const { left, right, deliver } = channel();
    left.handle('double', (n: number) => 2 * n);
    right.handle('half', (n: number) => Promise.resolve(n / 2));
    const answers = Promise.all([right.call('double', 4), left.call('half', 4)]);
    await deliver();
    await deliver();
    expect(await answers).toEqual([8, 2]);
  });

  it('keeps the order of questions in its answers where the handler answers at once', async () => {
    const { left, right, deliver } = channel();
    left.handle('echo', (n: number) => n);
    const order: number[] = [];
    const answers = [1, 2, 3].map((n) => right.call<number>('echo', n).then((each) => order.push(each)));
    await deliver();
    await Promise.all(answers);
    expect(order).toEqual([1, 2, 3]);
  });

  it.each([
    [
      'the handler fails',
      'fail',
      () => {
        throw new Error('out of paper');
      },
      'out of paper',
    ],
    ['nothing handles the topic', 'other', () => undefined, 'no handler for fail'],
  ])('rejects where %s', async (_case, topic, handler, message) => {
    const { left, right, deliver } = channel();
    left.handle(topic, handler);
    const answer = right.call('fail');
    await Promise.all([deliver(), expect(answer).rejects.toThrow(new PeerError(message))]);
  });

  it('rejects what was not answered when the channel closes, and every question after that', async () => {
    const { right } = channel();
    const answers = [right.call('double', 1), right.call('double', 2)];
    right.close();
    for (const answer of [...answers, right.call('double', 3)])
      await expect(answer).rejects.toThrow('the other process has exited');
  });

  it('ignores an answer to no question', () => {
    const { right } = channel();
    expect(() => right.receive({ answers: 99, body: 1 })).not.toThrow();
  });
});
