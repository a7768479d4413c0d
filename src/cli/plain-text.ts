/** Text out of a model file as a terminal may show it: no control characters, no line breaks of its own. */
export const plainText = (text: string): string => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd');
