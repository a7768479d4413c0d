import { stat } from 'node:fs/promises';
import { ModelFileError } from '../inference/model.js';
import { FORMATS, importModel, recognise } from './formats.js';
import { importSource } from './source.js';

/**
 * What `models inspect` tells of a file or folder, without importing it. A pickle is looked into as far as it can be
 * read, a hostile one too; of other formats: what it is, or in one line why it cannot be served (`refusal`).
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
