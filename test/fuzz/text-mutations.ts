/** Seeded damage to models in text form: to numbers, words and lines rather than bits. */

const NUMBERS = [
  '-1',
  '0',
  '1',
  '2',
  '7',
  '255',
  '4294967295',
  '-2147483648',
  '1e308',
  '-1e308',
  'inf',
  '-inf',
  'nan',
  '1e-36',
  '',
  '0x10',
  'x',
];

type Random = (below: number) => number;

/** A copy of one of the texts with one to four changes. */
export function textMutant(files: readonly Buffer[], next: () => number): Buffer {
  const random: Random = (below) => Math.floor(next() * below);
  const lines = files[random(files.length)].toString('utf8').split('\n');
  for (let i = random(4); i >= 0; i--) CHANGES[random(CHANGES.length)](lines, random);
  return Buffer.from(lines.join('\n'));
}

const CHANGES: readonly ((lines: string[], random: Random) => void)[] = [
  function changeWord(lines, random) {
    const at = lineWith(lines, random);
    const [key, value = ''] = lines[at].split('=');
    const words = value.split(' ');
    words[random(words.length)] = NUMBERS[random(NUMBERS.length)];
    lines[at] = `${key}=${words.join(' ')}`;
  },
  function dropWord(lines, random) {
    const at = lineWith(lines, random);
    const words = lines[at].split(' ');
    words.splice(random(words.length), 1);
    lines[at] = words.join(' ');
  },
  function repeatWords(lines, random) {
    const at = lineWith(lines, random);
    lines[at] += ` ${lines[at].split('=')[1] ?? '1'}`;
  },
  function dropLine(lines, random) {
    lines.splice(random(lines.length), 1);
  },
  function moveLine(lines, random) {
    const [line] = lines.splice(random(lines.length), 1);
    lines.splice(random(lines.length), 0, line);
  },
  function repeatLines(lines, random) {
    const at = random(lines.length);
    lines.splice(at, 0, ...lines.slice(at, at + 1 + random(40)));
  },
  function setValue(lines, random) {
    const at = lineWith(lines, random);
    lines[at] = `${lines[at].split('=')[0]}=${NUMBERS[random(NUMBERS.length)]}`;
  },
];

/** The number of a line `key=value`. */
function lineWith(lines: readonly string[], random: Random): number {
  const start = random(lines.length);
  for (let i = 0; i < lines.length; i++) {
    const at = (start + i) % lines.length;
    if (lines[at].includes('=')) return at;
  }
  return start;
}
