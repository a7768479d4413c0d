import type { LoadedModel } from '../inference/model.js';
import type { Manifest } from '../packages/manifest.js';

/**
 * A version in memory, with a count of the requests that use it. A retired version is unloaded when its last
 * request has finished.
 */
export class LoadedVersion {
  private uses = 0;
  private retired = false;

  constructor(
    readonly name: string,
    readonly version: number,
    readonly digest: string,
    readonly manifest: Manifest,
    readonly model: LoadedModel,
    private readonly onDisposeError: (error: unknown) => void,
  ) {}

  /** Must be paired with {@link release}. */
  use(): this {
    this.uses += 1;
    return this;
  }

  release(): void {
    this.uses -= 1;
    if (this.retired && this.uses === 0) this.dispose();
  }

  /** No new request will use this version. */
  retire(): void {
    if (this.retired) return;
    this.retired = true;
    if (this.uses === 0) this.dispose();
  }

  private dispose(): void {
    Promise.resolve()
      .then(() => this.model.dispose())
      .catch(this.onDisposeError);
  }
}
