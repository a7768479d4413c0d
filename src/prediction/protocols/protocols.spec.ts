import 'reflect-metadata';
import { describe, expect, it } from 'vitest';
import { settingsOfRoutes } from '../../common/route-config.js';
import { loadConfig } from '../../config/config.js';
import { HTTP_PROTOCOLS, PROTOCOLS, REGISTRATIONS, unroutedFormat } from './protocols.js';
import { V2 } from './v2/v2.protocol.js';

const config = loadConfig({ AIP_PREDICT_ROUTE: '/vertex:predict', AIP_HEALTH_ROUTE: '/vertex' });

describe('the table of protocols', () => {
  it('has a unique name for each', () => {
    expect(PROTOCOLS.size).toBe(HTTP_PROTOCOLS.length + 1);
  });

  it.each([...PROTOCOLS.values()].map((protocol) => [protocol.name, protocol] as const))(
    '%s has a codec, an error format and a reader of its recorded bodies',
    (name, protocol) => {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(protocol.recorded).toBeTypeOf('function');
      expect(protocol).toHaveProperty('errors');
      if (name !== 'grpc') expect(protocol).toHaveProperty('read');
    },
  );

  it('assigns only paths below a prefix to its protocol', () => {
    expect(unroutedFormat('/v2/nothing?x=1')).toBe(V2.errors);
    expect(unroutedFormat('/v2')).toBe(V2.errors);
    expect(unroutedFormat('/v20').contentType).toBe('application/problem+json');
  });
});

describe('the routes of the protocols', async () => {
  const loaded = await Promise.all(REGISTRATIONS.map(({ load }) => load()));
  const routes = loaded.flatMap(({ controllers }) => controllers(config)).flatMap(settingsOfRoutes);

  it('have a protocol of the table and its error format', () => {
    expect(routes.length).toBeGreaterThan(HTTP_PROTOCOLS.length);
    for (const { protocol, errorFormat } of routes) {
      expect(HTTP_PROTOCOLS).toContain(protocol);
      expect(errorFormat).toBe(protocol!.errors);
    }
  });

  it('include a prediction for each protocol', () => {
    const predicting = routes.filter(({ direct }) => direct);
    expect(new Set(predicting.map(({ protocol }) => protocol))).toEqual(new Set(HTTP_PROTOCOLS));
  });
});
