/** MLflow's folders: `MLmodel` says which file holds the model, and what columns it takes. https://mlflow.org/docs/latest/ml/model/ */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { ModelFileError } from '../../inference/model.js';
import { isInnerPath } from '../inner-path.js';
import { importSource, readModelFile } from '../source.js';
import type { Unpacked } from '../unpacked.js';

const MLMODEL = 'MLmodel';
const MAX_BYTES = 2 ** 20;

/** Flavours whose file is read here, with the members that name it, in order of preference. */
const FLAVORS: Readonly<Record<string, readonly string[]>> = {
  sklearn: ['pickled_model'],
  xgboost: ['data'],
  lightgbm: ['data'],
  onnx: ['data'],
  catboost: ['data'],
  keras: ['data'],
};

const text = z.string().max(4096);
const MLMODEL_SCHEMA = z.looseObject({
  flavors: z.record(z.string().max(200), z.looseObject({}).nullable()),
  mlflow_version: text.optional(),
  model_uuid: text.optional(),
  signature: z.looseObject({ inputs: z.string().nullish() }).nullish(),
  saved_input_example_info: z
    .looseObject({ artifact_path: text.optional(), pandas_orient: text.optional() })
    .nullish(),
});
type MLmodel = z.output<typeof MLMODEL_SCHEMA>;

const COLUMNS = z
  .array(z.looseObject({ name: z.string().max(1000).optional(), type: z.string().max(100) }))
  .max(100_000);

/** The model of an MLflow folder; undefined for other folders. @throws ModelFileError for flavours that are code */
export async function mlflowModel(folder: string): Promise<Unpacked | undefined> {
  const found = await lstat(join(folder, MLMODEL)).catch(() => undefined);
  if (found?.isFile() !== true) return undefined;
  if (found.size > MAX_BYTES) throw new ModelFileError(`${MLMODEL} is larger than ${MAX_BYTES} bytes`);
  const model = parseMlmodel(Buffer.from(await readModelFile(join(folder, MLMODEL))).toString('utf8'));
  const { flavor, path } = modelPath(model);
  await checkPlain(folder, path);
  const columns = signatureColumns(model);
  const featureNames = columns?.every(({ name }) => name !== undefined)
    ? columns.map(({ name }) => name!)
    : await exampleColumns(folder, model);
  return {
    sources: [await importSource(join(folder, path))],
    ...(featureNames && { featureNames }),
    provenance: {
      mlflow: {
        flavor,
        ...(model.mlflow_version !== undefined && { version: model.mlflow_version }),
        ...(model.model_uuid !== undefined && { uuid: model.model_uuid }),
        ...(columns && { columns: columns.map(({ name, type }) => ({ name, type })) }),
      },
    },
  };
}

function parseMlmodel(content: string): MLmodel {
  try {
    return MLMODEL_SCHEMA.parse(parse(content, { maxAliasCount: 20, logLevel: 'silent' }));
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : [];
    const what =
      issue === undefined
        ? (error as Error).message.split('\n')[0]
        : `${issue.path.join('.')}: ${issue.message}`;
    throw new ModelFileError(`${MLMODEL} cannot be read: ${what}`);
  }
}

function modelPath({ flavors }: MLmodel): { flavor: string; path: string } {
  const offered = Object.keys(flavors);
  for (const [flavor, members] of Object.entries(FLAVORS)) {
    const options = Object.hasOwn(flavors, flavor) ? (flavors[flavor] ?? {}) : undefined;
    if (options === undefined) continue;
    if (options.code !== undefined && options.code !== null)
      throw new ModelFileError(
        `the ${flavor} flavour of this MLflow model needs Python code of its own (${JSON.stringify(options.code)}), which is not run here`,
      );
    const path = members.map((member) => options[member]).find((value) => typeof value === 'string');
    if (path !== undefined && isInnerPath(path)) return { flavor, path };
    throw new ModelFileError(`${MLMODEL}: flavors.${flavor} names no file of the folder`);
  }
  const loader = flavors.python_function?.loader_module;
  const named = typeof loader === 'string' ? ` (loader ${JSON.stringify(loader.slice(0, 100))})` : '';
  throw new ModelFileError(
    `this MLflow model has only the flavours ${offered.slice(0, 10).join(', ')}${named}; supported are ${Object.keys(FLAVORS).join(', ')}. ` +
      'A python_function is code, which is not run here: log the estimator itself, for example with mlflow.sklearn.log_model',
  );
}

/** No part of the way may be a link. */
async function checkPlain(folder: string, path: string): Promise<void> {
  let at = folder;
  for (const part of path.split('/')) {
    at = join(at, part);
    const found = await lstat(at).catch(() => undefined);
    if (found === undefined) throw new ModelFileError(`${path}, which ${MLMODEL} names, is missing`);
    if (found.isSymbolicLink()) throw new ModelFileError(`${path}, which ${MLMODEL} names, is a link`);
  }
}

function signatureColumns({ signature }: MLmodel): z.output<typeof COLUMNS> | undefined {
  const inputs = signature?.inputs;
  if (inputs === undefined || inputs === null) return undefined;
  try {
    const columns = COLUMNS.parse(JSON.parse(inputs));
    return columns.every(({ type }) => type !== 'tensor') ? columns : undefined;
  } catch {
    throw new ModelFileError(`${MLMODEL}: signature.inputs is not a list of columns`);
  }
}

/** The columns of the input example, where it is a data frame. */
async function exampleColumns(
  folder: string,
  { saved_input_example_info: info }: MLmodel,
): Promise<string[] | undefined> {
  const path = info?.artifact_path;
  if (path === undefined || info?.pandas_orient !== 'split' || !isInnerPath(path)) return undefined;
  const found = await lstat(join(folder, path)).catch(() => undefined);
  if (found?.isFile() !== true || found.size > MAX_BYTES) return undefined;
  try {
    const { columns } = JSON.parse(Buffer.from(await readModelFile(join(folder, path))).toString('utf8')) as {
      columns?: unknown;
    };
    return z.array(z.string().max(1000)).max(100_000).parse(columns);
  } catch {
    return undefined;
  }
}
