import { describe, expect, it } from 'vitest';
import { claimAt, mappedScopes } from './claim-mapping.js';

const scopeMap = new Map([
  ['data-team', 'role:predictor'],
  ['auditors', 'audit:read predict:diabetes'],
]);

describe('mappedScopes', () => {
  it.each<[string, string, Record<string, unknown>, string[]]>([
    ['words of a text', 'scope', { scope: 'openid data-team' }, ['predict', 'models:read']],
    ['a list', 'groups', { groups: ['auditors', 'x'] }, ['audit:read', 'predict:diabetes']],
    [
      'several values, each scope once',
      'groups',
      { groups: ['data-team', 'auditors', 'data-team'] },
      ['predict', 'models:read', 'audit:read', 'predict:diabetes'],
    ],
    ['a path', 'realm_access.roles', { realm_access: { roles: ['data-team'] } }, ['predict', 'models:read']],
    ['nothing where no value is mapped', 'scope', { scope: 'predict role:admin' }, []],
    ['nothing where the claim is missing', 'scope', {}, []],
    ['nothing of values that are no texts', 'groups', { groups: [['data-team'], { a: 1 }, 5, null] }, []],
    ['nothing of an object', 'groups', { groups: { 'data-team': true } }, []],
    ['nothing of inherited names', 'scope', { scope: 'constructor __proto__ toString' }, []],
  ])('takes %s', (_case, scopeClaim, claims, scopes) => {
    expect(mappedScopes(claims, { scopeClaim, scopeMap })).toEqual(scopes);
  });
});

describe('claimAt', () => {
  it('prefers a claim whose name contains dots to a path', () => {
    expect(claimAt({ 'https://example.org/roles': ['a'] }, 'https://example.org/roles')).toEqual(['a']);
    expect(claimAt({ 'a.b': 1, a: { b: 2 } }, 'a.b')).toBe(1);
  });

  it('reads own properties only', () => {
    expect(claimAt({ a: {} }, 'a.constructor.name')).toBeUndefined();
    expect(claimAt({}, '__proto__')).toBeUndefined();
    expect(claimAt({ a: 'text' }, 'a.length')).toBeUndefined();
  });
});
