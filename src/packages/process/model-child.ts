/**
 * The program of a process of its own, which imports one model or serves one. A model's file may make it loop
 * indefinitely, run out of memory or crash: it is ended from outside then, and the server lives on.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { importSource } from '../../formats/source.js';
import { type LoadedModel, ModelFileError } from '../../inference/model.js';
import { importFiles } from '../import-files.js';
import { loadPackage } from '../load-package.js';
import { reported } from './errors.js';
import { guard } from './guard.js';
import type { Batch, Report, StagedModel, Task } from './messages.js';

/** A manifest has at most 16 MiB; what does not fit into one need not be sent. */
const MAX_DESCRIPTION = 16 * 2 ** 20;
/** A model that takes longer to read would keep the server from all others for as long at each start. */
const LONG_READ_MS = 5000;

async function imported({ paths, options, staging }: Task & { kind: 'import' }): Promise<Report> {
  const startedAt = process.cpuUsage();
  const { files, ...about } = await importFiles(await Promise.all(paths.map(importSource)), options);
  const { user } = process.cpuUsage(startedAt);
  const staged: StagedModel['files'][number][] = [];
  for (const [path, content] of files) {
    if ('copyFrom' in content) staged.push([path, content.copyFrom]);
    else {
      const target = join(staging, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, content);
      staged.push([path, target]);
    }
  }
  if (JSON.stringify(about).length > MAX_DESCRIPTION)
    throw new ModelFileError(`what the file tells of the model has more than ${MAX_DESCRIPTION} characters`);
  const isolated = about.isolated ?? user / 1000 > LONG_READ_MS;
  return { kind: 'imported', model: { ...about, ...(isolated && { isolated }), files: staged } };
}

let served: LoadedModel | undefined;

async function loaded({ dir }: Task & { kind: 'serve' }): Promise<Report> {
  const { model } = await loadPackage(dir);
  served = model;
  const { memoryBytes, backend, rowwise } = model;
  return { kind: 'loaded', memoryBytes, backend, rowwise };
}

async function answered({ inputs, outputs }: Batch): Promise<Report> {
  return { kind: 'answer', outputs: await served!.infer(inputs, outputs) };
}

const work = (message: Task | Batch): Promise<Report> => {
  if (!('kind' in message)) return answered(message);
  guard(message.limits);
  return message.kind === 'import' ? imported(message) : loaded(message);
};

process.on('disconnect', () => process.exit(0));
process.on('message', (message: Task | Batch) => {
  void work(message)
    .catch((error: unknown): Report => ({ kind: 'failed', error: reported(error) }))
    .then((report) => process.send!(report));
});
