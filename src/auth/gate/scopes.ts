/** What a token may be used for. `predict` and the model scopes can be narrowed to one model: `predict:diabetes`. */
export const SCOPES = {
  predict: 'Request predictions',
  'models:read': 'Read models and their signatures',
  'models:write': 'Import, promote, roll back, unload and remove models',
  'users:admin': 'Manage users, service accounts, quotas and keys',
  'audit:read': 'Read and export the audit trail',
  'metrics:read': 'Read metrics',
} as const;

export type Scope = keyof typeof SCOPES;

const ALL = Object.keys(SCOPES) as Scope[];
const KNOWN: ReadonlySet<string> = new Set(ALL);

/** Bundles of scopes, granted as `role:NAME`. */
export const ROLES: ReadonlyMap<string, readonly Scope[]> = new Map<string, readonly Scope[]>([
  ['predictor', ['predict', 'models:read']],
  ['viewer', ['models:read']],
  ['operator', ['predict', 'models:read', 'models:write', 'metrics:read']],
  ['auditor', ['models:read', 'audit:read']],
  ['admin', ALL],
]);

/** For errors: all roles and scopes. */
export const KNOWN_GRANTS = `roles: ${[...ROLES.keys()].map((role) => `role:${role}`).join(', ')}; scopes: ${ALL.join(', ')}`;

const NARROWED = /^(predict|models:read|models:write):([A-Za-z0-9][A-Za-z0-9._-]{0,127})$/;

const isScope = (text: string): boolean => KNOWN.has(text) || NARROWED.test(text);

/** The words of a grant string that are neither a role nor a scope. */
export function unknownGrants(grants: string): string[] {
  return words(grants).filter(
    (word) => !(word.startsWith('role:') ? ROLES.has(word.slice(5)) : isScope(word)),
  );
}

/** The words of a grant string that give a scope: the scope itself, and each role that includes it. */
export const grantsGiving = (scope: Scope): string[] => [
  scope,
  ...[...ROLES].filter(([, scopes]) => scopes.includes(scope)).map(([role]) => `role:${role}`),
];

/** The scopes that a grant string gives, roles resolved, each once. */
export function scopesOf(grants: string): string[] {
  const scopes = words(grants).flatMap((word): readonly string[] =>
    word.startsWith('role:') ? (ROLES.get(word.slice(5)) ?? []) : [word],
  );
  return [...new Set(scopes)];
}

/** The scopes of `requested` (an OAuth2 scope string) that are allowed. If `requested` is empty, all allowed scopes. */
export function allowedScopes(allowed: readonly string[], requested: string): string[] {
  const asked = words(requested);
  if (asked.length === 0) return [...allowed];
  return [...new Set(asked)].filter((scope) => isScope(scope) && covers(allowed, ...split(scope)));
}

/** The scopes of the scope string `given` that `allowed` still covers. */
export function remainingScopes(allowed: readonly string[], given: string): string[] {
  return words(given).length === 0 ? [] : allowedScopes(allowed, given);
}

/** Whether the scopes include `scope`, for `model` if one is given. */
export function covers(scopes: readonly string[], scope: string, model?: string): boolean {
  return scopes.includes(scope) || (model !== undefined && scopes.includes(`${scope}:${model}`));
}

/** Whether the scopes include `scope` for at least one model. */
export function coversAny(scopes: readonly string[], scope: string): boolean {
  return scopes.some((held) => held === scope || held.startsWith(`${scope}:`));
}

function split(scope: string): [string, string?] {
  const [, whole = scope, model] = NARROWED.exec(scope) ?? [];
  return model === undefined ? [scope] : [whole, model];
}

/** The words of a grant or scope string. */
export const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');
