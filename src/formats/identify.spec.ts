import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { zipOf } from '../../test/fixtures/tfjs/zip.js';
import { importModel } from './formats.js';
import { importSource } from './source.js';

const dir = mkdtempSync(join(tmpdir(), 'modelgate-identify-'));
afterAll(() => rm(dir, { recursive: true, force: true }));

const CASES: readonly [what: string, content: Uint8Array | string, message: string][] = [
  [
    'a Git LFS pointer',
    'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n',
    'this is a Git LFS pointer, which stands for the file and does not contain it; fetch the file with "git lfs pull"',
  ],
  [
    'an old PyTorch file',
    Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex'),
    'this is a PyTorch file (state dict or pickled module, before 1.6); export it where its code is, with torch.onnx.export(',
  ],
  [
    'a PyTorch file',
    zipOf([{ name: 'archive/data.pkl', data: 'x' }]),
    'this is a PyTorch file (state dict or pickled module); ',
  ],
  [
    'TorchScript',
    zipOf([
      { name: 'm/data.pkl', data: 'x' },
      { name: 'm/constants.pkl', data: 'x' },
    ]),
    'this is a TorchScript model; ',
  ],
  [
    'PMML',
    '<?xml version="1.0"?>\n<PMML version="4.4" xmlns="http://www.dmg.org/PMML-4_4">',
    'this is a PMML document; import the pickle',
  ],
  [
    'a notebook',
    '{"cells": [{"cell_type": "code"}], "nbformat": 4}',
    'this is a Jupyter notebook; save the fitted model in it',
  ],
  [
    'a CSV table',
    'age,mass,label\n1,2,0\n3,4,1\n',
    'this is a CSV table, not a model; train a model on it with "modelgate train"',
  ],
  ['an HTML page', '<!DOCTYPE html><html>', 'this is an HTML page; if it was downloaded'],
  ['Python source', 'import pandas as pd\nmodel.fit(x, y)\n', 'this is Python source; run it'],
  ['TensorFlow Lite', Buffer.from('\x1c\0\0\0TFL3', 'latin1'), 'this is a TensorFlow Lite model; '],
  [
    'safetensors',
    Buffer.from('\x40\0\0\0\0\0\0\0{"a":{}}', 'latin1'),
    'this is safetensors: weights without the model',
  ],
];

describe('a file that is not a model is told what it is and what to do', () => {
  it.each(CASES)('%s', async (what, content, message) => {
    const path = join(dir, what.replace(/ /g, '-'));
    writeFileSync(path, content);
    const error = await importModel(await importSource(path), { scratch: join(dir, 'scratch') }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toHaveProperty('name', 'ModelFileError');
    expect((error as Error).message.slice(0, message.length)).toBe(message);
  });
});
