import { usernameKey } from './username.js';

/** bcrypt reads no further than this; a longer password is refused rather than cut. */
export const MAX_PASSWORD_BYTES = 72;
/** What must be left of a password once the words that everybody would try with this user are taken out. */
const MIN_REST = 6;
/** A shorter name or part of one occurs in good passwords by chance. */
const MIN_WORD = 3;

/** Whose password it is to be: what a guesser would try first. */
export interface PasswordOwner {
  readonly username: string;
  readonly fullName?: string;
  readonly email?: string;
}

/** The form in which a password is counted, hashed and compared: a keyboard's choice of code points must not matter. */
export const normalisedPassword = (password: string): string => password.normalize('NFKC');

/** What makes a password one that bcrypt cannot take whole, or undefined. */
export function unusablePassword(password: string): string | undefined {
  if (Buffer.byteLength(normalisedPassword(password)) > MAX_PASSWORD_BYTES)
    return `must be ${MAX_PASSWORD_BYTES} bytes or less`;
  if (password.includes('\0')) return 'must not contain a NUL character';
  return undefined;
}

/**
 * What is wrong with a password that somebody wants to set, or undefined. After NIST SP 800-63B-4 section 3.1.1.2: length,
 * a blocklist (common passwords, their repetitions, and words of the user and the service), and no rules of composition.
 * @param minLength in characters
 */
export async function passwordFault(
  password: string,
  owner: PasswordOwner,
  minLength: number,
): Promise<string | undefined> {
  const normalised = normalisedPassword(password);
  if ([...normalised].length < minLength) return `must have ${minLength} characters or more`;
  const unusable = unusablePassword(password);
  if (unusable) return unusable;
  const common = await commonPasswords();
  const lower = normalised.toLowerCase();
  if (isCommon(lower, common))
    return 'must not be a common password, nor one repeated: those are what is guessed first';
  const rest = contextWords(owner).reduce((text, word) => text.replaceAll(word, ''), lower);
  if (rest !== lower && ([...rest].length < MIN_REST || isCommon(rest, common)))
    return "must not be made of the user's name, the e-mail address or the word modelgate";
  return undefined;
}

function isCommon(text: string, common: ReadonlySet<string>): boolean {
  // "abcabcabc" is no better than "abc"; the shortest unit is found first.
  const unit = /^(.+?)\1*$/su.exec(text)?.[1] ?? text;
  return common.has(text) || common.has(unit) || [...unit].length < MIN_REST;
}

/** Longest first, so that a whole address goes before the name in it. */
function contextWords({ username, fullName = '', email = '' }: PasswordOwner): string[] {
  const texts = [username, email, email.replace(/@.*$/s, ''), ...fullName.split(/\s+/), 'modelgate'];
  return [...new Set(texts.map(usernameKey))]
    .filter((word) => [...word].length >= MIN_WORD)
    .toSorted((a, b) => b.length - a.length);
}

let loaded: Promise<ReadonlySet<string>> | undefined;

/** About 49,000 passwords of public breaches in lower case; a server that sets no password never loads them. */
function commonPasswords(): Promise<ReadonlySet<string>> {
  loaded ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set(dictionary['passwords-common']),
  );
  return loaded;
}
