import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { watchForOpenRoutes } from './access-check.js';

describe('the check for open routes', () => {
  it('refuses the start with a route that has no access setting, naming it', () => {
    const app = fastify();
    const check = watchForOpenRoutes(app);
    const access = { scope: 'predict' } as const;
    app.get('/closed', { config: { access } }, () => 'closed');
    app.get('/public', { config: { access: { public: true } } }, () => 'public');
    expect(check).not.toThrow();
    app.post('/open', () => 'open');
    app.get('/other', { config: {} }, () => 'other');
    expect(check).toThrow(/^routes without an auth decorator: POST \/open, GET \/other/);
  });
});
