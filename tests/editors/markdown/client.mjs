// Just enough of a client of the protocol.
import { spawn } from 'node:child_process';

export class Client {
  constructor(program) {
    this.process = spawn(program, ['lsp'], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.waiting = new Map();
    this.last = 0;
    /** Parameters of the notifications that came, by method. */
    this.told = new Map();
    this.listeners = [];
    this.process.on('exit', () => this.waiting.forEach(({ reject }) => reject(new Error('the server ended'))));
    let chunks = [];
    let size = 0;
    let wanted = 0;
    this.process.stdout.on('data', data => {
      chunks.push(data);
      size += data.length;
      if (size < wanted) return;
      let buffer = Buffer.concat(chunks);
      for (;;) {
        const end = buffer.indexOf('\r\n\r\n');
        const length = end < 0 ? 0 : Number(/length: (\d+)/i.exec(buffer.subarray(0, end).toString())[1]);
        wanted = end < 0 ? 0 : end + 4 + length;
        if (end < 0 || buffer.length < wanted) break;
        this.take(JSON.parse(buffer.subarray(end + 4, wanted).toString()));
        buffer = buffer.subarray(wanted);
      }
      chunks = [buffer];
      size = buffer.length;
    });
  }

  take(message) {
    if (message.method === undefined) {
      const { resolve, reject } = this.waiting.get(message.id);
      this.waiting.delete(message.id);
      return message.error ? reject(new Error(JSON.stringify(message.error))) : resolve(message.result);
    }
    if (message.id !== undefined) this.send({ id: message.id, result: null });
    if (!this.told.has(message.method)) this.told.set(message.method, []);
    this.told.get(message.method).push(message.params);
    this.listeners.splice(0).forEach(listener => listener());
  }

  send(message) {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    this.process.stdin.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]));
  }

  notify(method, params) {
    this.send({ method, params });
  }

  request(method, params) {
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.send({ id, method, params });
    });
  }

  /** Waits until `is` holds of what the server has told. */
  async until(is) {
    while (!is(this.told)) await new Promise(resolve => this.listeners.push(resolve));
  }

  async end() {
    const exited = new Promise(resolve => this.process.on('exit', resolve));
    await this.request('shutdown');
    this.notify('exit');
    return exited;
  }
}
