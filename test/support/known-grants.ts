/** What an error about an unknown role or scope lists. */
export const KNOWN_GRANTS =
  'roles: role:predictor, role:viewer, role:operator, role:auditor, role:admin; ' +
  'scopes: predict, models:read, models:write, users:admin, audit:read, metrics:read';
