/** What a file is that is not a model served here, and the nearest way to one that is. */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelFileError } from '../inference/model.js';
import type { ImportSource } from './source.js';
import { openArchive } from './zip.js';

/** One kind of file. */
interface Kind {
  readonly is: (text: string, head: Uint8Array) => boolean;
  /** "a Git LFS pointer, not the file itself". */
  readonly what: string;
  /** What to do; a sentence without its full stop. */
  readonly instead?: string;
}

const starts =
  (...bytes: (number | string)[]) =>
  (text: string): boolean =>
    text.startsWith(
      bytes.map((part) => (typeof part === 'string' ? part : String.fromCharCode(part))).join(''),
    );

const TORCH_EXPORT =
  'export it where its code is, with torch.onnx.export(model, example, "model.onnx"), and import the .onnx file';

/** Files that look like a model of a known format and hold something else. */
const IMPOSTORS: readonly Kind[] = [
  {
    is: starts('version https://git-lfs.github.com/spec/'),
    what: 'a Git LFS pointer, which stands for the file and does not contain it',
    instead: 'fetch the file with "git lfs pull"',
  },
  {
    is: starts(0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46),
    what: 'a PyTorch file (state dict or pickled module, before 1.6)',
    instead: TORCH_EXPORT,
  },
];

const KINDS: readonly Kind[] = [
  {
    is: (text) => text.slice(4, 8) === 'TFL3',
    what: 'a TensorFlow Lite model',
    instead: 'convert it with "python -m tf2onnx.convert --tflite FILE --output model.onnx"',
  },
  {
    is: starts('CBM1'),
    what: 'a CatBoost model (.cbm)',
    instead: 'export it with model.save_model("model.onnx", format="onnx")',
  },
  {
    is: (text) => /<PMML[\s>]/.test(text.slice(0, 4096)),
    what: 'a PMML document',
    instead: 'import the pickle that it was made from',
  },
  { is: starts('GGUF'), what: 'a GGUF language model' },
  {
    is: (text) => /^.{7}\0\{"/s.test(text),
    what: 'safetensors: weights without the model that they belong to',
    instead: TORCH_EXPORT,
  },
  { is: starts(0x93, 'NUMPY'), what: 'a numpy array (.npy), not a model' },
  { is: starts('PAR1'), what: 'a Parquet table, not a model' },
  { is: starts('RDX'), what: 'an R workspace', instead: 'export the model to ONNX or PMML in R' },
  { is: starts(0xac, 0xed, 0x00, 0x05), what: 'a serialised Java object' },
  {
    is: (text) => text.slice(257, 262) === 'ustar',
    what: 'a tar archive',
    instead: 'unpack it and import the folder',
  },
  { is: starts(0x89, 'PNG'), what: 'a PNG image' },
  { is: starts(0xff, 0xd8, 0xff), what: 'a JPEG image' },
  { is: starts('%PDF'), what: 'a PDF document' },
  {
    is: (text) => /^\s*<(!doctype\s+html|html)/i.test(text),
    what: 'an HTML page',
    instead: 'if it was downloaded from a web page, use the link to the raw file',
  },
  {
    is: (text) => /^\s*\{/.test(text) && /"(nbformat|cell_type)"\s*:/.test(text),
    what: 'a Jupyter notebook',
    instead: 'save the fitted model in it, with joblib.dump(model, "model.joblib"), and import that',
  },
  { is: isPython, what: 'Python source', instead: 'run it, and import the model file that it writes' },
  { is: isCsv, what: 'a CSV table, not a model', instead: 'train a model on it with "modelgate train"' },
];

function isPython(text: string): boolean {
  return (
    isText(text) && /^(from \w[\w.]* import |import \w|def \w+\(|class \w+[(:])/m.test(text.slice(0, 8192))
  );
}

/** Some lines, each with as many commas (or semicolons, or tabs) as the first. */
function isCsv(text: string): boolean {
  if (!isText(text)) return false;
  const lines = text.split(/\r?\n/, 6).slice(0, -1);
  return [',', ';', '\t'].some((separator) => {
    const counts = lines.map((line) => line.split(separator).length);
    return lines.length >= 2 && counts[0] > 1 && counts.every((count) => count === counts[0]);
  });
}

const isText = (text: string): boolean => !text.slice(0, 4096).includes('\0');

/** @throws ModelFileError for a file that only looks like a model */
export function refuseImpostor({ head, isDirectory }: ImportSource): void {
  const found = isDirectory ? undefined : kindOf(IMPOSTORS, head);
  if (found !== undefined) throw new ModelFileError(messageOf(found));
}

/** What the source is and what to do, in one line; undefined where that is not known. */
export async function identify({ path, head, isDirectory }: ImportSource): Promise<string | undefined> {
  if (isDirectory) return identifyFolder(path);
  const kind = kindOf(IMPOSTORS, head) ?? kindOf(KINDS, head);
  if (kind !== undefined) return messageOf(kind);
  return starts('PK', 3, 4)(latin1(head)) ? identifyZip(path) : undefined;
}

function kindOf(kinds: readonly Kind[], head: Uint8Array): Kind | undefined {
  const text = latin1(head);
  return kinds.find(({ is }) => is(text, head));
}

const latin1 = (head: Uint8Array): string => Buffer.from(head.subarray(0, 16 * 1024)).toString('latin1');

function messageOf({ what, instead }: Pick<Kind, 'what' | 'instead'>): string {
  return instead === undefined ? `this is ${what}` : `this is ${what}; ${instead}`;
}

async function identifyFolder(path: string): Promise<string | undefined> {
  const found = await lstat(join(path, 'saved_model.pb')).catch(() => undefined);
  if (found === undefined) return undefined;
  return messageOf({
    what: 'a TensorFlow SavedModel',
    instead:
      'convert it where TensorFlow is installed: python -m tf2onnx.convert --saved-model FOLDER --output model.onnx',
  });
}

/** Entries by which a zip is told. */
const ZIPS: readonly (readonly [RegExp, string, string])[] = [
  [/(^|\/)constants\.pkl$/, 'a TorchScript model', TORCH_EXPORT],
  [/(^|\/)data\.pkl$/, 'a PyTorch file (state dict or pickled module)', TORCH_EXPORT],
  [/(^|\/)schema\.json$/, 'a skops file', 'load it with skops.io.load and save the model with joblib.dump'],
  [/\.npy$/, 'numpy arrays (.npz), not a model', 'save the fitted estimator with joblib.dump'],
];

async function identifyZip(path: string): Promise<string | undefined> {
  const archive = await openArchive(path).catch((error: unknown) => {
    if (error instanceof ModelFileError) return undefined;
    throw error;
  });
  archive?.close();
  const found = ZIPS.find(([pattern]) => archive?.paths.some((name) => pattern.test(name)));
  return found && messageOf({ what: found[1], instead: found[2] });
}
