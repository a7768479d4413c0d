import 'reflect-metadata';
import { Controller, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RouteSettings } from './route-config.js';

interface Colours {
  readonly wall?: string;
  readonly door?: string;
}

const Paint = (colours: Colours) => RouteSettings(colours as RouteSettings);

@Controller('house')
@Paint({ wall: 'white', door: 'green' })
class HouseController {
  @Get('front')
  @Paint({ door: 'red' })
  front(): void {}

  @Post('back')
  back(): void {}
}

@Controller('shed')
class ShedController {
  @Get()
  @Paint({ wall: 'brown' })
  @Paint({ door: 'black' })
  shed(): void {}

  @Get('bare')
  bare(): void {}
}

@Module({ controllers: [HouseController, ShedController] })
class HouseModule {}

describe('RouteSettings', () => {
  const configs = new Map<string, unknown>();
  let app: NestFastifyApplication;

  beforeAll(async () => {
    const adapter = new FastifyAdapter();
    adapter.getInstance().addHook('onRoute', ({ method, url, config }) => {
      if (method !== 'HEAD') configs.set(url, config);
    });
    app = await NestFactory.create<NestFastifyApplication>(HouseModule, adapter, { logger: false });
    await app.init();
  });

  afterAll(() => app.close());

  it('combines the settings of several decorators of a method', () => {
    expect(configs.get('/shed')).toMatchObject({ wall: 'brown', door: 'black' });
  });

  it('applies to all route methods of a controller, unless the method sets something else', () => {
    expect(configs.get('/house/front')).toMatchObject({ wall: 'white', door: 'red' });
    expect(configs.get('/house/back')).toMatchObject({ wall: 'white', door: 'green' });
  });

  it('leaves other routes alone', () => {
    expect(configs.get('/shed/bare')).toBeUndefined();
  });
});
