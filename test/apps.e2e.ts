import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { installation } from './support/installation.js';
import { PROJECT_DIR } from './support/program.js';
import type { Server } from './support/server.js';

/** Pages of docs/apps, each with the folder of fixtures that has its files. */
const PAGES = [
  ['scaler-and-model', 'scaler-model'],
  ['vectorizer-and-model', 'vectorizer-model'],
  ['preprocessor-and-xgboost', 'preprocessor-xgboost'],
] as const;

interface Block {
  readonly language: string;
  readonly text: string;
}

function blocksOf(page: string): Block[] {
  const text = readFileSync(join(PROJECT_DIR, 'docs/apps', `${page}.md`), 'utf8');
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, body]) => ({
    language,
    text: body,
  }));
}

describe.each(PAGES)('docs/apps/%s.md', (page, folder) => {
  const modelgate = installation();
  let server: Server | undefined;

  /** A command of the page, run in the folder of its files; what it prints. */
  async function run(command: string): Promise<string> {
    const [program, ...args] = command.split(' ');
    if (program !== 'modelgate') return shell(command);
    if (args[0] === 'serve') {
      server = await modelgate.serve();
      return '';
    }
    const files = args.map((arg) => (existsSync(join(modelgate.dir, arg)) ? join(modelgate.dir, arg) : arg));
    return (await modelgate.run(files)).replaceAll(`${modelgate.dir}/`, '');
  }

  const shell = (script: string): string =>
    execFileSync('bash', ['-ec', script.replaceAll('http://127.0.0.1:8000', server?.url ?? '')], {
      encoding: 'utf8',
    });

  it('does what it says, as written', async () => {
    cpSync(join(PROJECT_DIR, 'test/fixtures/wrappers', folder), modelgate.dir, { recursive: true });
    let printed = '';
    let compared = 0;
    for (const { language, text } of blocksOf(page)) {
      if (language === 'sh') {
        printed = '';
        if (text.startsWith('modelgate '))
          for (const line of text.trim().split('\n')) printed += await run(line);
        else printed = shell(text);
      } else if (language !== 'python') {
        expect(printed.trim()).toBe(text.trim());
        compared += 1;
      }
    }
    expect(compared).toBe(2);
  });
});
