import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/internal';
import { DiscoveryService, MetadataScanner, ModulesContainer } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ACCESS_METADATA } from '../auth/gate/auth.decorator.js';
import { StartError } from '../common/errors.js';

/** Refuses to start with a route that has no auth decorator. @throws StartError naming all such routes */
export function refuseOpenRoutes(app: NestFastifyApplication): void {
  const discovery = new DiscoveryService(app.get(ModulesContainer));
  const open = discovery.getControllers().flatMap(({ metatype, instance }) => {
    if (!metatype) return [];
    const prototype = Object.getPrototypeOf(instance) as Record<string, object>;
    return new MetadataScanner()
      .getAllMethodNames(prototype)
      .filter((name) => Reflect.hasMetadata(METHOD_METADATA, prototype[name]))
      .filter(
        (name) =>
          !Reflect.hasMetadata(ACCESS_METADATA, prototype[name]) &&
          !Reflect.hasMetadata(ACCESS_METADATA, metatype),
      )
      .map((name) => {
        const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, prototype[name]) as RequestMethod];
        return `${method} ${metatype.name}.${name}`;
      });
  });
  if (open.length > 0) throw new StartError(`routes without an auth decorator: ${open.join(', ')}`);
}
