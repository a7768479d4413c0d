import { describe, expect, it } from 'vitest';
import { claimedClientId, clientCredentials } from './client-credentials.js';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe('clientCredentials', () => {
  it.each([
    ['HTTP Basic', basic('nightly:s3cret'), {}, 'nightly', 's3cret'],
    [
      'HTTP Basic in another case',
      basic('nightly:s3cret').replace('Basic', 'bAsIc'),
      {},
      'nightly',
      's3cret',
    ],
    ['form-urlencoded parts', basic('a%3Ab:c%20d+e%25'), {}, 'a:b', 'c d e%'],
    ['a secret with a colon', basic('nightly:a:b'), {}, 'nightly', 'a:b'],
    [
      'Basic with the same client_id in the form',
      basic('nightly:x'),
      { client_id: 'nightly' },
      'nightly',
      'x',
    ],
    ['the form', undefined, { client_id: 'nightly', client_secret: 's3cret' }, 'nightly', 's3cret'],
    ['the form beside another scheme', 'Bearer x', { client_id: 'a', client_secret: 'b' }, 'a', 'b'],
  ])('reads %s', (_case, authorization, form, clientId, clientSecret) => {
    expect(clientCredentials(authorization, form)).toEqual({ clientId, clientSecret });
  });

  it.each([
    ['no credentials', undefined, {}, 'invalid_client'],
    ['a client_id alone', undefined, { client_id: 'nightly' }, 'invalid_client'],
    ['Basic without a colon', basic('nightly'), {}, 'invalid_client'],
    ['Basic without a client_id', basic(':secret'), {}, 'invalid_client'],
    ['a percent sign that encodes nothing', basic('nightly:%zz'), {}, 'invalid_client'],
    ['Basic and a secret in the form', basic('a:b'), { client_secret: 'b' }, 'bad_request'],
    ['Basic and another client_id', basic('a:b'), { client_id: 'c' }, 'bad_request'],
  ])('refuses %s', (_case, authorization, form, code) => {
    expect(() => clientCredentials(authorization, form)).toThrow(expect.objectContaining({ code }) as Error);
  });
});

describe('claimedClientId', () => {
  it('is undefined if the credentials cannot be read', () => {
    expect(claimedClientId(basic('nightly:%zz'), {})).toBeUndefined();
    expect(claimedClientId(basic('nightly:wrong'), {})).toBe('nightly');
  });
});
