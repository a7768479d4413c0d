import { text } from 'node:stream/consumers';
import { StartError } from '../common/errors.js';

/** A password from standard input (its first line), or on a terminal from two prompts without echo. */
export async function readPassword(fromStdin: boolean): Promise<string> {
  if (fromStdin) return (await text(process.stdin)).replace(/\r?\n[^]*$/, '');
  if (!process.stdin.isTTY)
    throw new StartError('no terminal to prompt for the password; use --password-stdin');
  const password = await ask('Password: ');
  if ((await ask('Again: ')) !== password) throw new StartError('the two passwords differ');
  return password;
}

const ENTER = ['\r', '\n'];
const CTRL_C = '\u0003';
const ERASE = ['\u007f', '\b'];

function ask(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(prompt);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdin.resume();
  return new Promise((resolve, reject) => {
    let typed = '';
    const end = (): void => {
      stdin.off('data', onData);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
    };
    const onData = (chunk: string): void => {
      for (const key of chunk) {
        if (ENTER.includes(key)) {
          end();
          return resolve(typed);
        }
        if (key === CTRL_C) {
          end();
          return reject(new StartError('cancelled'));
        }
        typed = ERASE.includes(key) ? [...typed].slice(0, -1).join('') : typed + key;
      }
    };
    stdin.on('data', onData);
  });
}
