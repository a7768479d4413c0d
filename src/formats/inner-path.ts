/**
 * True for a path, with `/` between its parts, that stays inside the folder it is resolved against: relative, no
 * empty part, no `.` or `..`, no backslash, drive letter or control character.
 */
export function isInnerPath(path: string): boolean {
  return (
    path.length > 0 &&
    path.length <= 512 &&
    !/[\\:\p{Cc}]/u.test(path) &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}
