/** Longest sentence, in words. A code span counts as one word. */
export const MAX_WORDS = 40;

/**
 * Words and phrases that make a text hard to read, each with what to write instead. They are ordinary English elsewhere;
 * here they have stood for a term of the field (request, caller, retry, cancel, revoke) or hidden who does what.
 */
export const PHRASES = [
  [/\bwhoever\b/i, 'name the caller, client, user or process'],
  [/\b(?:for|from|by|of|to|than|where|so that|and|but|;) who\b/i, 'name the caller, client, user or process'],
  [/\bwho asks\b|\bwho asked\b/i, 'the caller'],
  [/(?<!\bthere )\b(?:is|are|was|were) none\b/, 'say what it is instead'],
  [
    /(?<!\bthere )\b(?:is|are) no (?!longer\b|more than\b|less than\b|fewer\b|need\b|different\b)/i,
    'is not a …',
  ],
  [/\b(?:of|is|are) ours\b/i, 'name the owner: Modelgate, the server, this module'],
  [/\bgo(?:es)? on\b|\bwent on\b|\bgoing on\b/i, 'continue, resume'],
  [/\b(?:has|had|have) it\b(?! (?:in|on|as|to|from|at)\b)/i, 'name what has what'],
  [/(?<!\bno )\bsuch\b(?! as\b)/i, 'this, these, or name it'],
  [/\bthe very\b/i, 'leave it out, or: the same'],
  [/\banew\b/i, 'again, restart'],
  [/\b(?:there|here|where)(?:of|from|by|upon|unto)\b/i, 'of it, from it'],
  [/\bat the most\b/i, 'at most'],
  [/\bat the least\b/i, 'at least'],
  [/\b(?:it|he|that|they|which|is|are) (?:is|are)? ?gone\b/i, 'deleted, removed, unloaded'],
  [/\bfor their number\b/i, 'too many requests, rejected by a rate limit'],
  [
    /\bgood no more\b|\bno more good\b|\bstays? good\b|\bis good (?:for|until|once|with|while)\b/i,
    'valid, expired, revoked',
  ],
  [/\bmemory back\b/i, 'unload, free'],
  [/\b(?:stop|end|exit|shut)\w* (?:down )?in order\b/i, 'cleanly'],
  [/\bof late\b/i, 'recently, or give the period'],
  [/\b(?:can|may|to) be had\b/i, 'available'],
  [/\bof no account\b/i, 'ignored'],
  [/\bcalls? refused\b/i, 'requests rejected'],
  [/\bfor ever\b/i, 'indefinitely, never deleted'],
  [
    /\b(?:lest|whilst|thence|hence|nought|albeit|heretofore|hitherto|aught|save for)\b/i,
    'use an everyday word',
  ],
];

/** Splits a paragraph into sentences. Abbreviations and version numbers do not end one. */
function sentences(text) {
  return text
    .replace(/\b(?:e\.g|i\.e|etc|vs|No)\./g, (abbreviation) => abbreviation.replaceAll('.', ''))
    .split(/(?<=[.!?:;]["')”]?)\s+/);
}

/** The phrases to avoid in a text, each with what to write instead. */
export const phraseFaults = (text) =>
  PHRASES.flatMap(([pattern, better]) => {
    const found = pattern.exec(text);
    return found === null ? [] : [`"${found[0]}": ${better}`];
  });

/** What is wrong with one paragraph, cell or message. Code must have been replaced by one word. */
export function proseFaults(text) {
  const faults = phraseFaults(text);
  for (const sentence of sentences(text)) {
    const words = sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
    if (words > MAX_WORDS) faults.push(`${words} words in "${sentence.slice(0, 50)}…": at most ${MAX_WORDS}`);
  }
  return faults;
}
