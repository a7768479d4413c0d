import { stat } from 'node:fs/promises';
import { ModelFileError } from '../inference/model.js';
import { FORMATS, importModel, recognise } from './formats.js';
import { importSource } from './source.js';

/**
 * The report of `models inspect` on a file or folder, without an import. A pickle, even a hostile one, is inspected as
 * far as it can be read. For other formats: the format, or the reason in one line why it cannot be served (`refusal`).
 */
export async function inspectModel(path: string): Promise<object> {
  const source = await importSource(path);
  const name = await recognise(source).catch((error: unknown) => {
    if (error instanceof ModelFileError) return undefined;
    throw error;
  });
  if (name === undefined || name === 'sklearn')
    return (await import('./sklearn/inspect.js')).inspectModelFile(path);
  const found = {
    ...(!source.isDirectory && { bytes: (await stat(path)).size }),
    format: FORMATS[name].title,
  };
  try {
    const { description, provenance, signature } = await importModel(source);
    return { ...found, description, ...provenance, signature };
  } catch (error) {
    if (error instanceof ModelFileError) return { ...found, refusal: error.message };
    throw error;
  }
}
