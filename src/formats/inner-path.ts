/**
 * True for a path with `/` as separator that stays inside its base folder: relative, without empty parts, `.`, `..`,
 * backslashes, drive letters and control characters.
 */
export function isInnerPath(path: string): boolean {
  return (
    path.length > 0 &&
    path.length <= 512 &&
    !/[\\:\p{Cc}]/u.test(path) &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}
