import { usernameKey } from './username.js';

/** bcrypt ignores all further bytes. A longer password is rejected, not truncated. */
export const MAX_PASSWORD_BYTES = 72;
/** Minimum length of what remains when the words to try first for this user are removed. */
const MIN_REST = 6;
/** Shorter names, or parts of them, occur in good passwords by chance. */
const MIN_WORD = 3;

/** The user's data, which an attacker would try first. */
export interface PasswordOwner {
  readonly username: string;
  readonly fullName?: string;
  readonly email?: string;
}

/**
 * The normal form in which passwords are counted, hashed and compared, so that a keyboard's choice of code
 * points does not matter.
 */
export const normalisedPassword = (password: string): string => password.normalize('NFKC');

/** Longest password of a login, in characters: the hash of another program may be of more than its first 72 bytes. */
const MAX_LOGIN_LENGTH = 1024;

/** Why a password cannot be one that a user logs in with, or undefined. */
export function unusableLogin(password: string): string | undefined {
  if (password.length > MAX_LOGIN_LENGTH) return `must have at most ${MAX_LOGIN_LENGTH} characters`;
  return password.includes('\0') ? 'must not contain a NUL character' : undefined;
}

/** Why bcrypt cannot process the whole password, or undefined. */
export function unusablePassword(password: string): string | undefined {
  if (Buffer.byteLength(normalisedPassword(password)) > MAX_PASSWORD_BYTES)
    return `must have at most ${MAX_PASSWORD_BYTES} bytes`;
  if (password.includes('\0')) return 'must not contain a NUL character';
  return undefined;
}

/**
 * Why a password cannot be set, or undefined. Follows NIST SP 800-63B-4 section 3.1.1.2: minimum length and a
 * blocklist (common passwords, repetitions of them, and words of the user and the service), and no rules of
 * composition.
 * @param minLength in characters
 */
export async function passwordFault(
  password: string,
  owner: PasswordOwner,
  minLength: number,
): Promise<string | undefined> {
  const normalised = normalisedPassword(password);
  if ([...normalised].length < minLength) return `must have at least ${minLength} characters`;
  const unusable = unusablePassword(password);
  if (unusable) return unusable;
  const common = await commonPasswords();
  const lower = normalised.toLowerCase();
  if (isCommon(lower, common)) return 'must not be a common password or a repetition of one';
  const rest = contextWords(owner).reduce((text, word) => text.replaceAll(word, ''), lower);
  if (rest !== lower && ([...rest].length < MIN_REST || isCommon(rest, common)))
    return 'must not consist of the user name, the e-mail address or the word modelgate';
  return undefined;
}

function isCommon(text: string, common: ReadonlySet<string>): boolean {
  // "abcabcabc" is as weak as "abc". The shortest repeated unit is found first.
  const unit = /^(.+?)\1*$/su.exec(text)?.[1] ?? text;
  return common.has(text) || common.has(unit) || [...unit].length < MIN_REST;
}

/** Longest first, so that a whole address is removed before the name in it. */
function contextWords({ username, fullName = '', email = '' }: PasswordOwner): string[] {
  const texts = [username, email, email.replace(/@.*$/s, ''), ...fullName.split(/\s+/), 'modelgate'];
  return [...new Set(texts.map(usernameKey))]
    .filter((word) => [...word].length >= MIN_WORD)
    .toSorted((a, b) => b.length - a.length);
}

let loaded: Promise<ReadonlySet<string>> | undefined;

/** About 49,000 passwords from public breaches, in lower case. Loaded lazily, when a password is set. */
function commonPasswords(): Promise<ReadonlySet<string>> {
  loaded ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set(dictionary['passwords-common']),
  );
  return loaded;
}
