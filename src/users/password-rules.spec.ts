import { describe, expect, it } from 'vitest';
import { normalisedPassword, passwordFault, unusablePassword } from './password-rules.js';

const ADA = { username: 'Ada', fullName: 'Ada Lovelace', email: 'countess@example.org' };
const COMMON = 'must not be a common password, nor one repeated: those are what is guessed first';
const OWN = "must not be made of the user's name, the e-mail address or the word modelgate";

describe('passwordFault', () => {
  it.each([
    ['fourteen chars', 'must have 15 characters or more'],
    // One character of 4 bytes each is one character.
    ['🔑'.repeat(14), 'must have 15 characters or more'],
    ['a1 '.repeat(25), 'must be 72 bytes or less'],
    // U+FDFA is one character of 3 bytes, and 33 bytes in NFKC.
    [`a quiet river\ufdfa\ufdfa`, 'must be 72 bytes or less'],
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
  ])('of %j is %j', async (password, fault) => {
    expect(await passwordFault(password, ADA, 15)).toBe(fault);
  });

  it.each([
    'a quiet river bends',
    'aaaaaaaaaaaaaaab quiet',
    'тихая река течёт',
    'nice little day',
    'ADA sees a quiet river',
  ])('takes %j, whatever its composition', async (password) => {
    expect(await passwordFault(password, ADA, 15)).toBeUndefined();
  });

  it('knows common passwords of each length that is allowed', async () => {
    expect(await passwordFault('Baseball', ADA, 8)).toBe(COMMON);
    expect(await passwordFault('baseball-7q', ADA, 8)).toBeUndefined();
  });
});

describe('a normalised password', () => {
  it('is the same however a keyboard composes it', () => {
    expect(normalisedPassword('re\u0301sume\u0301')).toBe(normalisedPassword('r\u00e9sum\u00e9'));
  });

  it('is what must fit into 72 bytes', () => {
    expect(unusablePassword('é'.repeat(36))).toBeUndefined();
    expect(unusablePassword('e\u0301'.repeat(36))).toBeUndefined();
    expect(unusablePassword('é'.repeat(37))).toBe('must be 72 bytes or less');
  });
});
