import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FORMATS, importModel, isRuntimeName, recognise, RUNTIME_NAMES, runtimeNamed } from './formats.js';
import type { PickledLibrary } from './pickle/library.js';
import { PICKLED_LIBRARIES } from './pickled-libraries.js';
import { importSource } from './source.js';

const fixtures = join(import.meta.dirname, '../../test/fixtures');
const fixture = (path: string) => importSource(join(fixtures, path));

/** Folders of formats that have this file. */
const foldersWith = (file: string): string[] =>
  readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(import.meta.dirname, entry.name, file)))
    .map(({ name }) => name)
    .sort();

describe('the table of formats', () => {
  it('has a line for each folder with a runtime', () => {
    expect([...RUNTIME_NAMES].sort()).toEqual(foldersWith('runtime.ts'));
  });

  it('has every library that declares estimators', async () => {
    const folders = foldersWith('library.ts').filter((folder) => folder !== 'pickle');
    const paths = folders.map((folder) => join(import.meta.dirname, folder, 'library.ts'));
    const modules = await Promise.all(
      paths.map((path) => import(/* @vite-ignore */ path) as Promise<object>),
    );
    const declared = modules.flatMap((module) => Object.values(module) as unknown[]);
    expect(declared.filter((library) => !PICKLED_LIBRARIES.includes(library as PickledLibrary))).toEqual([]);
    expect(declared.length).toBe(PICKLED_LIBRARIES.length);
  });

  it('rebuilds models for runtimes that there are', async () => {
    const runtimes = await Promise.all(RUNTIME_NAMES.map(runtimeNamed));
    const targets = runtimes.flatMap(({ rebuild }) => Object.keys(rebuild ?? {}));
    expect(targets.filter((target) => !isRuntimeName(target))).toEqual([]);
  });
});

describe('recognition', () => {
  it.each([
    ['sklearn', 'sklearn/1.4.2/pima-decision-tree.pkl'],
    ['onnx', 'onnx/pima-logistic.onnx'],
    ['lightgbm', 'lightgbm/booster-text.txt'],
    ['xgboost', 'xgboost/2.0.3/booster-json.json'],
    ['xgboost', 'xgboost/2.0.3/booster-ubj.ubj'],
    ['xgboost', 'xgboost/2.0.3/booster-model.model'],
    ['xgboost', 'xgboost/0.90/saved.model'],
  ])('tells %s by content, and no other format takes the file', async (name, path) => {
    const source = await fixture(path);
    const runtimes = await Promise.all(RUNTIME_NAMES.map(runtimeNamed));
    const kinds = await Promise.all(runtimes.map((runtime) => runtime.recognise(source)));
    expect(RUNTIME_NAMES.filter((_, k) => kinds[k] !== undefined)).toEqual([name]);
    expect(await recognise(source)).toBe(name);
  });

  it('lists what can be imported for any other file', async () => {
    const files = Object.values(FORMATS).map(({ files: kind }) => kind);
    const error = await recognise(await importSource(join(fixtures, '../../package.json'))).catch(String);
    expect(files.filter((kind) => !String(error).includes(kind))).toEqual([]);
  });

  it('refuses to rebuild a model for a runtime that its format does not know', async () => {
    const source = await fixture('sklearn/1.4.2/pima-decision-tree.pkl');
    await expect(importModel(source, { runtime: 'onnx' })).rejects.toThrow(
      'a model of scikit-learn cannot be rebuilt for ONNX; import it without a runtime',
    );
  });
});
