/** The part of Python's regular expressions that token patterns are made of, as a tree. */

/** A set of characters: ranges of code points and classes (`w` for \w, `W` for \W), or all others. */
export interface CharacterSet {
  readonly ranges: readonly (readonly [first: number, last: number])[];
  readonly classes: readonly string[];
  readonly negated: boolean;
}

/** What must hold between two characters. `look` asks about the character before or behind. */
export type Condition =
  | { readonly kind: 'boundary' | 'no-boundary' | 'start' }
  | {
      readonly kind: 'look';
      readonly behind: boolean;
      readonly negated: boolean;
      readonly set: CharacterSet;
    };

export type Node =
  | { readonly type: 'set'; readonly set: CharacterSet }
  | { readonly type: 'condition'; readonly condition: Condition }
  | { readonly type: 'sequence' | 'choice'; readonly parts: readonly Node[] }
  | { readonly type: 'group'; readonly part: Node }
  | {
      readonly type: 'repeat';
      readonly part: Node;
      readonly least: number;
      readonly most: number;
      readonly lazy: boolean;
    };

/** A pattern is outside of the part that is supported; the message names what is. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}
