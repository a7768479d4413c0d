/** MurmurHash3 of 32 bits (Austin Appleby's x86_32 variant, seed 0), as a signed number, of the text's UTF-8 bytes. */
export function murmurHash3(text: string): number {
  const bytes = isAscii(text) ? undefined : Buffer.from(text, 'utf8');
  const length = bytes?.length ?? text.length;
  const at = bytes === undefined ? (i: number) => text.charCodeAt(i) : (i: number) => bytes[i];
  let h = 0;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    h ^= scramble(at(i) | (at(i + 1) << 8) | (at(i + 2) << 16) | (at(i + 3) << 24));
    h = (h << 13) | (h >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  let rest = 0;
  for (let shift = 0; i < length; i++, shift += 8) rest |= at(i) << shift;
  if (length % 4 !== 0) h ^= scramble(rest);
  h ^= length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}

function scramble(block: number): number {
  const mixed = Math.imul(block, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}
