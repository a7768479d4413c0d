import { describe, expect, it } from 'vitest';
import { normalisedPassword, passwordFault, unusablePassword } from './password-rules.js';

const ADA = { username: 'Ada', fullName: 'Ada Lovelace', email: 'countess@example.org' };
const COMMON = 'must not be a common password or a repetition of one';
const OWN = 'must not consist of the user name, the e-mail address or the word modelgate';

describe('passwordFault', () => {
  it.each([
    ['fourteen chars', 'must have at least 15 characters'],
    // A character of 4 bytes counts as one character.
    ['🔑'.repeat(14), 'must have at least 15 characters'],
    ['a1 '.repeat(25), 'must have at most 72 bytes'],
    // U+FDFA is one character of 3 bytes, and 33 bytes in NFKC.
    [`a quiet river\ufdfa\ufdfa`, 'must have at most 72 bytes'],
    ['a quiet river\0 bends', 'must not contain a NUL character'],
    ['1qaz2wsx3edc4rfv', COMMON],
    ['1QAZ2wsx3EDC4rfv', COMMON],
    ['１ｑａｚ2wsx3edc4rfv', COMMON],
    ['football1football1', COMMON],
    ['trustno1trustno1trustno1', COMMON],
    ['zzzzzzzzzzzzzzzzzz', COMMON],
    ['q9!q9!q9!q9!q9!q9!', COMMON],
    ['modelgate123456', OWN],
    ['ModelGate-football1', undefined],
    ['modelgatefootball', OWN],
    ['ModelgateModelgate', OWN],
    ['ada.lovelace-1815', undefined],
    ['lovelacelovelace1', OWN],
    ['countess@example.org!', OWN],
    ['AdaLovelaceCountess7', OWN],
  ])('returns for %j: %j', async (password, fault) => {
    expect(await passwordFault(password, ADA, 15)).toBe(fault);
  });

  it.each([
    'a quiet river bends',
    'aaaaaaaaaaaaaaab quiet',
    'тихая река течёт',
    'nice little day',
    'ADA sees a quiet river',
  ])('accepts %j, whatever its composition', async (password) => {
    expect(await passwordFault(password, ADA, 15)).toBeUndefined();
  });

  it('knows common passwords of every allowed length', async () => {
    expect(await passwordFault('Baseball', ADA, 8)).toBe(COMMON);
    expect(await passwordFault('baseball-7q', ADA, 8)).toBeUndefined();
  });
});

describe('a normalised password', () => {
  it('is the same for all compositions of its characters', () => {
    expect(normalisedPassword('re\u0301sume\u0301')).toBe(normalisedPassword('r\u00e9sum\u00e9'));
  });

  it('is what must fit into 72 bytes', () => {
    expect(unusablePassword('é'.repeat(36))).toBeUndefined();
    expect(unusablePassword('e\u0301'.repeat(36))).toBeUndefined();
    expect(unusablePassword('é'.repeat(37))).toBe('must have at most 72 bytes');
  });
});
