/** A keep-alive HTTP/1.1 connection, one request at a time, that costs far less than a general client. */
import { createConnection } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');

/** The bytes of a POST request. */
export function encodeRequest({ path, headers, body }) {
  const lines = Object.entries({ Host: 'localhost', ...headers, 'Content-Length': Buffer.byteLength(body) });
  const head = `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
}

export class Connection {
  #socket;
  #received = Buffer.alloc(0);
  #waiting;

  static async open(port) {
    const socket = createConnection({ port, host: '127.0.0.1', noDelay: true });
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new Connection(socket);
  }

  constructor(socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => this.#take(bytes));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  /** @param done called with (error, {status, body}) */
  send(request, done) {
    this.#waiting = done;
    this.#socket.write(request);
  }

  close() {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #take(bytes) {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    const headLength = this.#received.indexOf(HEAD_END);
    if (headLength < 0) return;
    const head = this.#received.toString('latin1', 0, headLength);
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1]);
    const start = headLength + HEAD_END.length;
    if (Number.isNaN(length)) return this.#fail(new Error('an answer without Content-Length'));
    if (this.#received.length < start + length) return;
    const body = this.#received.subarray(start, start + length);
    this.#received = this.#received.subarray(start + length);
    this.#answer(undefined, { status: Number(head.slice(9, 12)), body });
  }

  #fail(error) {
    if (this.#waiting) this.#answer(error);
  }

  #answer(error, answer) {
    const done = this.#waiting;
    this.#waiting = undefined;
    done(error, answer);
  }
}
