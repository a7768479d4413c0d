import { type ArgumentMetadata, type PipeTransform, StandardSchemaValidationPipe } from '@nestjs/common';
import type { z } from 'zod';
import { check, type Place, validationFailed } from './validated.js';

/** Nest's pipe for Standard Schemas, with this server's errors. */
class PlacePipe extends StandardSchemaValidationPipe {
  constructor(place: Place) {
    super({ exceptionFactory: (issues) => validationFailed(issues as readonly z.core.$ZodIssue[], place) });
  }

  protected override validate<T>(
    value: unknown,
    schema: unknown,
  ): { value: T } | { issues: z.core.$ZodIssue[] } {
    const parsed = check(schema as z.ZodType<T>, value);
    return parsed.success ? { value: parsed.data } : { issues: parsed.error.issues };
  }

  /** Schemas are strict: an unknown key is reported, not dropped. */
  protected override stripProtoKeys(): void {}
}

const PIPES: Partial<Record<ArgumentMetadata['type'], PlacePipe>> = {
  body: new PlacePipe('body'),
  query: new PlacePipe('query'),
  param: new PlacePipe('path'),
};

/**
 * Validates each argument that was declared with a schema: `@Body({ schema })`, `@Query({ schema })`,
 * `@Param({ schema })`. @throws ApiError `validation_failed` naming every wrong field
 */
export class SchemaPipe implements PipeTransform {
  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    return metadata.schema ? PIPES[metadata.type]?.transform(value, metadata) : value;
  }
}
