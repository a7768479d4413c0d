import { describe, expect, it } from 'vitest';
import type { Caller } from '../../common/actor.js';
import type { Config } from '../../config/config.js';
import type { AccessFeed } from '../../database/feeds.js';
import { LocalAllowance } from '../../limits/local-allowance.js';
import { Windows } from '../../limits/windows.js';
import { ApiError } from '../../common/errors.js';
import { AllowanceStorage } from './allowance-storage.js';
import { Gate } from './gate.js';
import { RateLimiter } from './rate-limiter.js';
import { TokenCache } from './token-cache.js';
import type { TokenVerifier } from './token-verifier.js';

const inAnHour = (): number => Date.now() / 1000 + 3600;

/** A gate whose verifier accepts these tokens, and the parts of it that a test can change. */
function gateOf(scopesByToken: Readonly<Record<string, readonly string[]>>, rateLimit = 0) {
  const feed = { current: 1 };
  const verified: string[] = [];
  const verifier: TokenVerifier = {
    verify(token: string): Promise<Caller> {
      verified.push(token);
      const scopes = scopesByToken[token];
      if (!scopes) return Promise.reject(new ApiError('invalid_token'));
      return Promise.resolve({
        kind: 'user',
        id: token,
        name: token,
        scopes,
        expiresAt: inAnHour(),
      } as Caller);
    },
  };
  const limiter = new RateLimiter(new AllowanceStorage(new LocalAllowance(new Windows())), {
    rateLimit,
    loginRateLimit: 0,
  } as Config);
  const cache = new TokenCache(verifier, { version: () => feed.current } as unknown as AccessFeed);
  return { gate: new Gate(cache, limiter), feed, verified };
}

const refusal = async (admission: () => unknown): Promise<Partial<ApiError>> => {
  try {
    await admission();
  } catch (error) {
    const { code, headers } = error as ApiError;
    return { code, headers };
  }
  throw new Error('the call was admitted');
};

describe('Gate', () => {
  it('rejects a request without a token or with one that cannot be verified', async () => {
    const { gate } = gateOf({});
    expect(await refusal(() => gate.admit({ token: undefined }))).toEqual({
      code: 'not_authenticated',
      headers: {},
    });
    expect(await refusal(() => gate.admit({ token: 'x' }))).toEqual({ code: 'invalid_token', headers: {} });
  });

  it('admits any valid token if no scope is required', async () => {
    const { gate } = gateOf({ ada: [] });
    expect(await gate.admit({ token: 'ada' })).toMatchObject({ actor: { id: 'ada' } });
  });

  it('requires the scope for the model of the request', async () => {
    const { gate } = gateOf({ ada: ['predict:iris'], bob: ['predict'], eve: ['models:read'] });
    const admit = (token: string, model?: string) => gate.admit({ token, scope: 'predict', model });
    expect(await admit('ada', 'iris')).toBeDefined();
    expect(await admit('bob', 'iris')).toBeDefined();
    for (const [token, model] of [
      ['ada', 'wine'],
      ['ada', undefined],
      ['eve', 'iris'],
    ] as const)
      expect(await refusal(() => admit(token, model))).toEqual({
        code: 'insufficient_scope',
        headers: { 'WWW-Authenticate': 'Bearer error="insufficient_scope", scope="predict"' },
      });
  });

  it('requires the scope for at least one model if the handler determines the model', async () => {
    const { gate } = gateOf({ ada: ['predict:iris'], eve: ['models:read'] });
    const admit = (token: string) => gate.admit({ token, scope: 'predict', anyModel: true });
    expect(await admit('ada')).toBeDefined();
    expect((await refusal(() => admit('eve'))).code).toBe('insufficient_scope');
  });

  it('counts a limited request, and rejects the first one above the limit', async () => {
    const { gate } = gateOf({ ada: [], bob: [] }, 2);
    const headers = async (token: string) => (await gate.admit({ token, limited: true })).headers;
    const left = (remaining: string) => ({
      'RateLimit-Limit': '2',
      'RateLimit-Remaining': remaining,
      'RateLimit-Reset': '60',
    });
    expect(await headers('ada')).toEqual(left('1'));
    expect(await headers('ada')).toEqual(left('0'));
    expect(await refusal(() => headers('ada'))).toEqual({
      code: 'rate_limited',
      headers: { ...left('0'), 'Retry-After': '60' },
    });
    expect(await headers('bob')).toEqual(left('1'));
    expect(await gate.admit({ token: 'ada' })).toBeDefined();
  });

  it('does not count a request that lacks the scope', async () => {
    const { gate } = gateOf({ ada: ['predict:iris'] }, 1);
    const admit = (model: string) => gate.admit({ token: 'ada', scope: 'predict', model, limited: true });
    expect((await refusal(() => admit('wine'))).code).toBe('insufficient_scope');
    expect((await admit('iris')).headers).toMatchObject({ 'RateLimit-Remaining': '0' });
  });
});

describe('remembered tokens', () => {
  it('are verified once and then admitted without a promise', async () => {
    const { gate, verified } = gateOf({ ada: [] });
    await gate.admit({ token: 'ada' });
    expect(gate.admit({ token: 'ada' })).not.toBeInstanceOf(Promise);
    expect(verified).toEqual(['ada']);
  });

  it('are verified again after users, sessions or tokens have changed', async () => {
    const { gate, feed, verified } = gateOf({ ada: [] });
    await gate.admit({ token: 'ada' });
    feed.current += 1;
    await gate.admit({ token: 'ada' });
    expect(verified).toEqual(['ada', 'ada']);
  });

  it('are not remembered if users, sessions or tokens changed during their verification', async () => {
    const { gate, feed, verified } = gateOf({ ada: [] });
    const admission = gate.admit({ token: 'ada' });
    feed.current += 1;
    await admission;
    await gate.admit({ token: 'ada' });
    expect(verified).toEqual(['ada', 'ada']);
  });

  it('stay remembered while they are used, however many new tokens arrive', async () => {
    const names = Array.from({ length: 12_000 }, (_, i) => `token-${i}`);
    const { gate, verified } = gateOf({ busy: [], ...Object.fromEntries(names.map((name) => [name, []])) });
    await gate.admit({ token: 'busy' });
    for (const token of names) {
      await gate.admit({ token });
      await gate.admit({ token: 'busy' });
    }
    expect(verified.filter((token) => token === 'busy')).toHaveLength(1);
    await gate.admit({ token: names[0] });
    expect(verified.filter((token) => token === names[0])).toHaveLength(2);
  });

  it('do not include a rejected token', async () => {
    const { gate, verified } = gateOf({});
    for (let i = 0; i < 2; i++) await refusal(() => gate.admit({ token: 'x' }));
    expect(verified).toEqual(['x', 'x']);
  });
});
