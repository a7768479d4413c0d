const SECRET_NAME =
  /passw|pwd|passphrase|passcode|secret|token|authorization|cookie|credential|api[-_]?key|private[-_]?key/i;
/** Headers are named by proxies and clients of all kinds, so more of their names count. */
const SECRET_HEADER = /pass|pwd|secret|token|auth|cookie|credential|key|session|signature|assertion|jwt|otp/i;

export const REDACTED = '[redacted]';

/** True for a field or parameter whose value must not be stored or logged. */
export const isSecretName = (name: string): boolean => SECRET_NAME.test(name);

/** Cached, because the same header names arrive with every request. */
const verdicts = new Map<string, boolean>();
const VERDICTS_LIMIT = 1000;

/** True for a request header whose value must not be stored or logged. */
export function isSecretHeader(name: string): boolean {
  let isSecret = verdicts.get(name);
  if (isSecret === undefined) {
    isSecret = SECRET_HEADER.test(name);
    if (verdicts.size < VERDICTS_LIMIT && name.length < 64) verdicts.set(name, isSecret);
  }
  return isSecret;
}

/** A copy with the values of all secret names replaced, at any depth up to `maxDepth`. */
export function withoutSecrets(value: unknown, maxDepth = 32): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (maxDepth === 0) return REDACTED;
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, maxDepth - 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      isSecretName(name) ? REDACTED : withoutSecrets(item, maxDepth - 1),
    ]),
  );
}

/** The URL with the values of secret query parameters removed. */
export function urlWithoutSecrets(url: string): string {
  const start = url.indexOf('?');
  if (start < 0) return url;
  const query = new URLSearchParams(url.slice(start + 1));
  for (const name of new Set(query.keys())) if (isSecretName(name)) query.set(name, REDACTED);
  return `${url.slice(0, start)}?${query.toString()}`;
}
