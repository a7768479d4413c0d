import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelFileError } from '../inference/model.js';
import { FORMATS, importModel, recognise } from './formats.js';
import { identify } from './identify.js';
import { importSource, type ImportSource } from './source.js';

/**
 * What `models inspect` tells of a file or folder, without importing it. A pickle is looked into as far as it can be
 * read, a hostile one too; of other formats and of archives: what they are, or in one line why they cannot be served
 * (`refusal`).
 */
export async function inspectModel(path: string): Promise<object> {
  const source = await importSource(path);
  const name = await recognise(source).catch(undefinedIfUnknown);
  const magic = Buffer.from(source.head.subarray(0, 4)).toString('hex');
  const isArchive = magic === '504b0304' || magic.startsWith('1f8b');
  const mayBePickle = name === 'sklearn' || (name === undefined && !source.isDirectory && !isArchive);
  if (mayBePickle && (await identify(source)) === undefined) {
    const { isBundle, ...pickle } = await (await import('./sklearn/inspect.js')).inspectModelFile(path);
    return isBundle === true ? { ...pickle, ...(await imported(source)) } : pickle;
  }
  return {
    ...(!source.isDirectory && { bytes: (await stat(path)).size }),
    ...(name !== undefined && { format: FORMATS[name].title }),
    ...(await imported(source)),
  };
}

async function imported(source: ImportSource): Promise<object> {
  const scratch = await mkdtemp(join(tmpdir(), 'modelgate-inspect-'));
  try {
    const { runtime, description, provenance, signature } = await importModel(source, { scratch });
    return { format: FORMATS[runtime].title, description, ...provenance, signature };
  } catch (error) {
    if (error instanceof ModelFileError) return { refusal: error.message };
    throw error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function undefinedIfUnknown(error: unknown): undefined {
  if (!(error instanceof ModelFileError)) throw error;
}
