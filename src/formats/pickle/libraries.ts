import type { EvaluatorEntry, PickledLibrary } from './library.js';

/** The libraries that a pickle may name, looked up by class. */
export class Libraries {
  private readonly byPackage: ReadonlyMap<string, PickledLibrary>;
  private readonly entries: ReadonlyMap<string, EvaluatorEntry>;

  constructor(private readonly all: readonly PickledLibrary[]) {
    this.byPackage = new Map(all.map((library) => [library.package, library]));
    this.entries = new Map(
      all.flatMap((library) =>
        library.estimators.map((entry) => [`${library.package}.${entry.className}`, entry] as const),
      ),
    );
  }

  /** Names for people, as a list in a sentence: "scikit-learn or XGBoost". */
  get titles(): string {
    return new Intl.ListFormat('en', { type: 'disjunction' }).format(this.all.map(({ title }) => title));
  }

  /** The library that a class belongs to; undefined for a class of another library. */
  of(className: string): PickledLibrary | undefined {
    return this.byPackage.get(className.slice(0, className.indexOf('.')));
  }

  /** The entry of this class; undefined if it cannot be evaluated. */
  entryOf(className: string): EvaluatorEntry | undefined {
    const library = this.of(className);
    return library && this.entries.get(`${library.package}.${shortNameOf(className)}`);
  }

  /** How a full name is admitted: as a class, whose objects become data, or as a reference that is never called. */
  admit(name: string): 'class' | 'reference' | undefined {
    const library = this.of(name);
    if (library === undefined) return undefined;
    if (library.classes.test(name) || this.entryOf(name) !== undefined) return 'class';
    return library.references?.test(name) === true ? 'reference' : undefined;
  }
}

function shortNameOf(className: string): string {
  return className.slice(className.lastIndexOf('.') + 1);
}
