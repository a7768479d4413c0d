/** Major, minor and, where the file tells it, patch version of the XGBoost that wrote a file. 0.0 stands for all before 1.0. */
export type Version = readonly [major: number, minor: number, patch?: number];

export function isBefore([major, minor]: Version, otherMajor: number, otherMinor: number): boolean {
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}

export function versionText([major, minor, patch]: Version): string {
  if (major === 0) return 'before 1.0';
  return patch === undefined ? `${major}.${minor}` : `${major}.${minor}.${patch}`;
}
