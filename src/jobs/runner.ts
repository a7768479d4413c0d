import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { ApiError } from '../common/errors.js';
import { lockFile } from '../database/file-lock.js';
import { loadPackage } from '../packages/load-package.js';
import { sha256OfFile } from '../packages/manifest.js';
import { type LoadedModel, ModelFileError } from '../inference/model.js';
import { BatchPrediction, type BlockResult } from './blocks/batch-prediction.js';
import { type CsvColumns, csvColumns } from '../prediction/input/csv.js';
import { firstRecord } from './blocks/first-record.js';
import { InputFileError } from '../prediction/input/input-file-error.js';
import { type Checkpoint, readCheckpoint, START, writeCheckpoint } from './checkpoint.js';
import { hasRoom, INPUT_FILE, RESULTS_FILE } from './job-files.js';
import type { RunnerMessage, RunnerTask } from './runner-protocol.js';

/** Maximum work lost in a crash. Each checkpoint syncs two files and sends one message. */
const CHECKPOINT_MS = 500;
const CHUNK_BYTES = 2 ** 20;
/** How long the next runner waits for the lock, until the runner of a killed server has noticed and exits. */
const LOCK_WAIT_MS = 60_000;

/**
 * The process of one job. Predicts the rows of its file from the last checkpoint on. Exits with its server.
 */
async function run(task: RunnerTask): Promise<RunnerMessage> {
  const { dir } = task;
  await lockFile(join(dir, 'lock'), LOCK_WAIT_MS);
  const { model } = await loadPackage(task.packageDir);
  const prediction = new BatchPrediction(model, task);
  const results = await open(join(dir, RESULTS_FILE), 'a', 0o600);
  try {
    let checkpoint = await resume(dir, results, prediction.header);
    const columns = checkpoint.bytesRead === 0 ? undefined : await columnsOf(task, model);
    const chunks = createReadStream(join(dir, INPUT_FILE), {
      start: checkpoint.bytesRead,
      highWaterMark: CHUNK_BYTES,
    });
    let savedAt = performance.now();
    let firstFault: BlockResult['firstFault'];
    for await (const block of prediction.run(chunks, columns)) {
      firstFault ??= block.firstFault && {
        ...block.firstFault,
        row: checkpoint.rowsDone + block.firstFault.row,
      };
      if (task.onError === 'stop' && block.firstFault) throw stoppedAt(checkpoint, block.firstFault);
      checkpoint = after(checkpoint, block, await append(results, block.text));
      if (performance.now() - savedAt < CHECKPOINT_MS) continue;
      await save(dir, results, checkpoint);
      send({ kind: 'progress', checkpoint });
      savedAt = performance.now();
    }
    await save(dir, results, checkpoint);
    if (checkpoint.rowsDone === checkpoint.rowsFailed) throw noRow(checkpoint, firstFault);
    return { kind: 'succeeded', checkpoint, resultsDigest: await sha256OfFile(join(dir, RESULTS_FILE)) };
  } finally {
    await results.close();
  }
}

/** Removes the results after the last checkpoint. Their rows are predicted again. */
async function resume(dir: string, results: FileHandle, header: string): Promise<Checkpoint> {
  const checkpoint = await readCheckpoint(dir);
  await results.truncate(checkpoint.resultBytes);
  return checkpoint.resultBytes > 0 ? checkpoint : { ...START, resultBytes: await append(results, header) };
}

async function columnsOf(
  { dir, format, header }: RunnerTask,
  model: LoadedModel,
): Promise<CsvColumns | undefined> {
  if (format !== 'csv') return undefined;
  return csvColumns(await firstRecord(join(dir, INPUT_FILE), format), model.signature, header);
}

async function append(results: FileHandle, text: string): Promise<number> {
  const bytes = Buffer.from(text);
  await results.appendFile(bytes);
  return bytes.length;
}

const after = (before: Checkpoint, block: BlockResult, resultBytes: number): Checkpoint => ({
  bytesRead: before.bytesRead + block.bytes,
  resultBytes: before.resultBytes + resultBytes,
  rowsDone: before.rowsDone + block.rows,
  rowsFailed: before.rowsFailed + block.rowsFailed,
});

async function save(dir: string, results: FileHandle, checkpoint: Checkpoint): Promise<void> {
  if (!(await hasRoom(dir, 0))) throw new ApiError('overloaded', 'not enough disk space for the results');
  await results.sync();
  await writeCheckpoint(dir, checkpoint);
}

const stoppedAt = (
  { rowsDone }: Checkpoint,
  { row, fault }: { row: number; fault: string },
): InputFileError => new InputFileError(`row ${rowsDone + row + 1}: ${fault}`);

/** A job without any result has failed. The first fault is known unless the job began in another process. */
const noRow = ({ rowsDone }: Checkpoint, first: BlockResult['firstFault']): InputFileError =>
  new InputFileError(
    rowsDone === 0
      ? 'the file has a header and no rows'
      : `none of the ${rowsDone} rows could be predicted${first ? `; row ${first.row + 1}: ${first.fault}` : ''}`,
  );

/** The reason, if it is useful for the caller or the operator. Other errors are internal. */
function failure(error: unknown): RunnerMessage {
  if (error instanceof ApiError) return { kind: 'failed', code: error.code, detail: error.detail };
  if (error instanceof InputFileError)
    return { kind: 'failed', code: 'invalid_input', detail: error.message };
  const { code, stack } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC')
    return { kind: 'failed', code: 'overloaded', detail: 'not enough disk space for the results' };
  process.stderr.write(`${stack}\n`);
  return error instanceof ModelFileError
    ? { kind: 'failed', code: 'model_not_ready', detail: 'cannot load the version of the model' }
    : { kind: 'failed', code: 'internal', detail: 'internal error' };
}

const send = (message: RunnerMessage): void => {
  if (process.connected) process.send!(message);
};

setPriority(constants.priority.PRIORITY_LOW);
// The server has exited. Another one resumes from the last checkpoint.
process.on('disconnect', () => process.exit(1));
process.once('message', (task: RunnerTask) => {
  void run(task)
    .catch(failure)
    .then((message) => process.send!(message, () => process.exit(0)));
});
