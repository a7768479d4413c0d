import { describe, expect, it } from 'vitest';
import { UnreadMessages } from './unread-messages.js';

describe('unread messages of one caller', () => {
  it('are read 16 at once, the others in their order as earlier ones end', () => {
    const unread = new UnreadMessages();
    const read: number[] = [];
    const ends = Array.from({ length: 20 }, (_, i) => unread.begin('ada', () => read.push(i)));
    expect(read).toHaveLength(16);
    ends[3]();
    ends[3]();
    expect(read.slice(16)).toEqual([16]);
    // The 19th leaves before its turn.
    ends[18]();
    for (const end of ends) end();
    expect(read.slice(16)).toEqual([16, 17, 19]);
  });

  it('do not wait for those of another caller', () => {
    const unread = new UnreadMessages();
    for (let i = 0; i < 16; i += 1) unread.begin('ada', () => undefined);
    let isRead = false;
    unread.begin('bob', () => (isRead = true));
    expect(isRead).toBe(true);
  });
});
