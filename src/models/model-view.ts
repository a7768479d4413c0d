import type { LoadedVersion } from './loaded-version.js';
import type { Manifest } from '../packages/manifest.js';
import type { CataloguedModel } from './model-catalog.js';
import type { ModelView } from './models.schema.js';

/** A model as returned by the API: the live version in full, the others in short. */
export function modelView(model: CataloguedModel, live: LoadedVersion | undefined): ModelView {
  return {
    name: model.name,
    ready: live !== undefined,
    live_version: String(model.liveVersion),
    previous_version: model.previousVersion === null ? null : String(model.previousVersion),
    versions: model.versions.map((version) => ({
      version: String(version.version),
      runtime: version.runtime,
      description: version.description,
      digest: version.digest,
      bytes: version.bytes,
      created_at: version.createdAt,
    })),
    ...(live && {
      runtime: live.manifest.runtime,
      backend: live.model.backend ?? live.manifest.runtime,
      memory_bytes: live.model.memoryBytes,
      ...manifestView(live.manifest),
    }),
  };
}

/** A package's description of its model: signature, metrics, provenance. */
export function manifestView(
  manifest: Manifest,
): Pick<ModelView, 'description' | 'signature' | 'metrics' | 'provenance'> {
  const { description, signature, metrics, provenance } = manifest;
  return { description, signature, ...(metrics && { metrics }), ...(provenance && { provenance }) };
}
