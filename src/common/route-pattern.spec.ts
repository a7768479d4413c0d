import { expect, it } from 'vitest';
import { routePattern } from './route-pattern.js';

it.each([
  ['/regression', '/regression'],
  ['/v1/models/:name(^[^:/]+$)::predict', '/v1/models/{name}:predict'],
  ['/v2/models/:name/versions/:version/infer', '/v2/models/{name}/versions/{version}/infer'],
  [undefined, 'unknown'],
])('%s is %s', (url, pattern) => {
  expect(routePattern(url)).toBe(pattern);
});
