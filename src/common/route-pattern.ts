/**
 * A route in OpenAPI notation: `/v1/models/:name(^[^:/]+$)::predict` becomes `/v1/models/{name}:predict`.
 * Requests without a route are `unknown`, so that callers cannot invent names.
 * @param url the router's pattern
 */
export function routePattern(url: string | undefined): string {
  if (url === undefined) return 'unknown';
  return url.replace(/:(?:(\w+)(?:\([^)]*\))?|(:))/g, (_match, name: string | undefined, colon: string) =>
    name === undefined ? colon : `{${name}}`,
  );
}
