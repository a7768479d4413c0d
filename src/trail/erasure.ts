import { Injectable } from '@nestjs/common';
import { type ActorKind, nameKey } from '../common/actor.js';

/** Selects what is erased of one person. All given conditions must match. */
export interface ErasureRequest {
  /** The business id of `x-subject-id`. */
  readonly subject?: string;
  /** The caller's name, in any case. */
  readonly user?: string;
  /** The caller's kind; `user` unless given. */
  readonly actorKind?: ActorKind;
  readonly actorId?: string;
  /** ISO 8601, UTC, milliseconds: only what is older. */
  readonly before?: string;
}

export interface ErasedElsewhere {
  /** Things that were deleted. */
  readonly deleted: number;
  /** Things that cannot be deleted yet, because they are in use. */
  readonly left: number;
}

/** Deletes what a room above the trail keeps of a person's inputs and outputs. */
export type ErasureHook = (request: ErasureRequest) => Promise<ErasedElsewhere>;

/** Rooms above the trail register their hooks here. */
@Injectable()
export class ErasureHooks {
  readonly all: ErasureHook[] = [];
}

/** The names that an erasure by `user` means, of those that exist: names differ in case and form, users do not. */
export const namesOf = (user: string, names: readonly string[]): string[] => {
  const key = nameKey(user);
  return names.filter((name) => nameKey(name) === key);
};
