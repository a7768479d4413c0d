/** The part of jsfive that is used; the package has no types. https://github.com/usnistgov/jsfive */
declare module 'jsfive' {
  export class Group {
    readonly keys: string[];
    readonly attrs: Record<string, unknown>;
    get(path: string): Group | Dataset | null;
  }

  export class Dataset {
    readonly shape: number[];
    readonly dtype: unknown;
    readonly value: unknown;
    readonly attrs: Record<string, unknown>;
  }

  export class File extends Group {
    constructor(bytes: ArrayBuffer, name?: string);
  }

  /** By the filter's number in the format; 1 is deflate. */
  export const Filters: Map<number, (bytes: ArrayBuffer, itemSize: number) => ArrayBuffer>;
}
