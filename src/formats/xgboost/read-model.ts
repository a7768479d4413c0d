/** Which of XGBoost's encodings some bytes are in, and the learner that they hold. */
import { ModelFileError } from '../../inference/model.js';
import { damaged } from './document.js';
import { readJson } from './json.js';
import type { Learner } from './learner.js';
import { readBinary } from './read-binary.js';
import { learnerOf } from './read-document.js';
import { readUbjson } from './ubjson.js';

const CONFIG_OFFSET = 'CONFIG-offset:';
const OBJECTIVE = /^(reg|binary|multi|count|rank|survival|gpu):[a-z]{1,40}$/;
/** Where the objective's length and name stand in the old binary form. */
const NAME_AT = 136;

/** Names the encoding of the first bytes of a file; undefined where it is not XGBoost's. */
export function encodingOf(head: Uint8Array): 'JSON' | 'UBJSON' | 'binary' | undefined {
  const start = Buffer.from(head.subarray(0, 64)).toString('latin1');
  if (start.startsWith('binf') || start.startsWith(CONFIG_OFFSET)) return 'binary';
  // A key behind its length of eight bytes, of which the first is 0, or an empty text.
  if (/^\{[LliU]\0*.(learner|Config|Model|version)/s.test(start)) return 'UBJSON';
  if (/^\s*\{\s*"(learner|Config|Model|version)"/.test(start)) return 'JSON';
  return isBareBinary(head) ? 'binary' : undefined;
}

/** Without "binf", the name of an objective behind the parameters tells the old binary form. */
function isBareBinary(head: Uint8Array): boolean {
  if (head.length < NAME_AT + 8) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const length = view.getBigUint64(NAME_AT, true);
  if (length < 3n || length > 64n) return false;
  const name = Buffer.from(head.subarray(NAME_AT + 8, NAME_AT + 8 + Number(length))).toString('latin1');
  return OBJECTIVE.test(name);
}

/**
 * @param bytes a model file, what `save_raw` gives, or a pickled Booster's handle
 * @throws ModelFileError naming what is wrong with them
 */
export function readXgboost(bytes: Uint8Array): Learner {
  const encoding = encodingOf(bytes);
  if (encoding === undefined) throw new ModelFileError('it is not an XGBoost model');
  if (encoding === 'JSON') return learnerOf(readJson(bytes));
  if (encoding === 'UBJSON') return learnerOf(readUbjson(bytes));
  return readBinary(insideOf(bytes));
}

/** What lies behind "binf", or between "CONFIG-offset:" with its number and the configuration. */
function insideOf(bytes: Uint8Array): Uint8Array {
  const start = Buffer.from(bytes.subarray(0, 32)).toString('latin1');
  if (start.startsWith('binf')) return bytes.subarray(4);
  if (!start.startsWith(CONFIG_OFFSET)) return bytes;
  const begin = CONFIG_OFFSET.length + 8;
  if (bytes.length < begin) throw damaged('the file ends early');
  const offset = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigInt64(
    CONFIG_OFFSET.length,
    true,
  );
  if (offset < 0n || offset > BigInt(bytes.length))
    throw damaged(`the configuration begins at byte ${offset}`);
  return bytes.subarray(begin, begin + Number(offset));
}
