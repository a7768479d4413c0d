/**
 * What a protocol defines of a body: a value (no object), rows (lists, or objects by feature name), a list, or an object by
 * its members.
 */
export type BodyShape = 'value' | 'rows' | readonly [BodyShape] | { readonly [member: string]: BodyShape };

/**
 * The part of a body that its protocol defines. People send passwords to the wrong route, and clients send members of their
 * own; a record must not hold either.
 * @param names features and inputs of the model, for a body that was refused: other members of rows are left out. Without
 *   names, values and rows count as checked.
 * @returns `value` itself if all of it is defined; undefined if it does not have the shape at all
 */
export function definedPart(shape: BodyShape, value: unknown, names?: ReadonlySet<string>): unknown {
  if (shape === 'value') return plain(value, names);
  if (shape === 'rows') return names ? rows(value, names) : value;
  if (Array.isArray(shape)) return items(value, (item) => definedPart(shape[0] as BodyShape, item, names));
  const members = shape as { readonly [member: string]: BodyShape | undefined };
  return object(value, (name, member) => {
    const defined = Object.hasOwn(members, name) ? members[name] : undefined;
    return defined === undefined ? undefined : definedPart(defined, member, names);
  });
}

/** JSON of a defined part. Integers beyond 2^53 keep all digits. */
export const partText = (part: unknown): string =>
  JSON.stringify(part, (_name, value: unknown) => {
    if (typeof value === 'bigint') return `\0${value}\0`;
    return isNumbers(value) ? Array.from<number | bigint>(value) : value;
  }).replace(/"\\u0000(-?\d+)\\u0000"/g, '$1');

function plain(value: unknown, names: ReadonlySet<string> | undefined): unknown {
  if (value === null || typeof value !== 'object' || isNumbers(value)) return value;
  if (!Array.isArray(value)) return undefined;
  return names ? items(value, (item) => plain(item, names)) : value;
}

function rows(value: unknown, names: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return items(value, (item) => rows(item, names));
  if (value === null || typeof value !== 'object' || isNumbers(value)) return value;
  return object(value, (name, member) => (names.has(name) ? plain(member, names) : undefined));
}

/** A list, without the items of which nothing is kept; the list itself if all are kept whole. */
function items(value: unknown, keep: (item: unknown) => unknown): unknown {
  if (!Array.isArray(value)) return isNumbers(value) ? value : undefined;
  const kept = value.map(keep);
  return kept.every((item, i) => item === value[i]) ? value : kept.filter((item) => item !== undefined);
}

function object(value: unknown, keep: (name: string, member: unknown) => unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  const kept: [string, unknown][] = [];
  let isWhole = true;
  for (const [name, member] of Object.entries(value)) {
    const part = keep(name, member);
    if (part !== undefined) kept.push([name, part]);
    isWhole &&= part === member;
  }
  return isWhole ? value : Object.fromEntries(kept);
}

const isNumbers = (value: unknown): value is Float64Array =>
  ArrayBuffer.isView(value) && !Buffer.isBuffer(value);
