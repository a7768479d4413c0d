/**
 * A route as OpenAPI writes it: `/v1/models/:name(^[^:/]+$)::predict` is `/v1/models/{name}:predict`. What belongs to no
 * route is `unknown`, so that callers cannot make names.
 * @param url the router's pattern
 */
export function routePattern(url: string | undefined): string {
  if (url === undefined) return 'unknown';
  return url.replace(/:(?:(\w+)(?:\([^)]*\))?|(:))/g, (_match, name: string | undefined, colon: string) =>
    name === undefined ? colon : `{${name}}`,
  );
}
