import { METHOD_METADATA, ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig } from 'fastify';
import type { z } from 'zod';

/**
 * Settings of a route, found in `request.routeOptions.config`. Each module declares its own:
 * `declare module 'fastify' { interface FastifyContextConfig { readonly access?: Access } }`.
 */
export type RouteSettings = Readonly<Partial<FastifyContextConfig>>;

/**
 * Adds settings to a route's config in Fastify. Several decorators on one route add up, where Nest's own `RouteConfig`
 * keeps only the last. On a controller the settings apply to each route method that the class itself declares; settings
 * of the method take precedence.
 */
export function RouteSettings(settings: RouteSettings): MethodDecorator & ClassDecorator {
  return (target: object, _name?: string | symbol, descriptor?: PropertyDescriptor) => {
    if (descriptor)
      set(descriptor.value as object, { ...settingsOf(descriptor.value as object), ...settings });
    else
      for (const method of routeMethods(target as new () => object))
        set(method, { ...settings, ...settingsOf(method) });
  };
}

/** The schema of the parameter that a method binds with `@Body({ schema })`. Parameters are decorated before their method. */
export function bodySchemaOf(target: object, method: string | symbol): z.ZodType | undefined {
  const bound = (Reflect.getMetadata(ROUTE_ARGS_METADATA, target.constructor, method) ?? {}) as Record<
    string,
    { readonly schema?: z.ZodType }
  >;
  const body = Object.entries(bound).find(([key]) => key.startsWith(`${RouteParamtypes.BODY}:`));
  return body?.[1].schema;
}

/** The settings of each route that a controller declares. */
export const settingsOfRoutes = (controller: new (...all: never[]) => object): RouteSettings[] =>
  routeMethods(controller).map((method) => settingsOf(method) ?? {});

const set = (method: object, settings: RouteSettings): void =>
  Reflect.defineMetadata(FASTIFY_ROUTE_CONFIG_METADATA, settings, method);

const settingsOf = (method: object): RouteSettings | undefined =>
  Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, method) as RouteSettings | undefined;

function routeMethods({ prototype }: new (...all: never[]) => object): object[] {
  return Object.values(Object.getOwnPropertyDescriptors(prototype))
    .map(({ value }) => value as unknown)
    .filter((value) => typeof value === 'function')
    .filter((method) => Reflect.hasMetadata(METHOD_METADATA, method));
}
