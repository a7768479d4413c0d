import { importModel, type ImportRequest } from '../formats/formats.js';
import type { ImportSource } from '../formats/source.js';
import { ModelFileError } from '../inference/model.js';
import { exportedModel, type ExportedModel } from './exported.js';

/**
 * Reads files, a folder or an exported package as data. Depends on its arguments alone.
 * @param request with a folder for what is unpacked, which must live until the model is stored
 * @throws ModelFileError naming what stands in the way
 */
export async function importFiles(
  sources: readonly ImportSource[],
  request: ImportRequest & { readonly scratch: string },
): Promise<ExportedModel> {
  const [only, second] = sources;
  const exported =
    only !== undefined && second === undefined ? await exportedModel(only, request.scratch) : undefined;
  if (exported === undefined) return importModel(sources, request);
  if (request.featureNames !== undefined || request.entry !== undefined || request.runtime !== undefined)
    throw new ModelFileError(
      'an exported package is imported as it is, without feature names, entry or runtime',
    );
  return exported;
}
