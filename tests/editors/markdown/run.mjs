// Nothing in a vault is live where an editor shows it: hostile texts in every place that a hover, a completion, an action
// or a message says, rendered by the renderers that editors use, and their HTML read as a browser reads it.
// Environment: SLUGLINE, the program; TOOLS, where `install` put the renderers; STRIDE, of how many texts one is tried;
// EXAMPLES, how many faults to show; ALL=1, every text in every renderer.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { Client } from './client.mjs';
import { read, RENDERERS, SOURCE } from './renderers.mjs';
import { TEXTS } from './texts.mjs';
import { quoted, writeVault } from './vault.mjs';

const { SLUGLINE, STRIDE = '1', EXAMPLES = '5', ALL } = process.env;
const texts = TEXTS.filter((_, at) => at % Number(STRIDE) === 0);
const home = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'hostile-'));
process.on('exit', () => fs.rmSync(home, { recursive: true, force: true }));
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => process.exit(1));

// What is in no label, message or hover: controls, Unicode's bidirectional controls, ends of lines.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
const CONTROLS = new RegExp(CONTROL, 'g');
const escaped = text =>
  text.replace(CONTROLS, c => ({ '\n': '\\n', '\r': '\\r', '\t': '\\t' })[c] ?? `\\u{${c.charCodeAt(0).toString(16)}}`);

// The table: by place and renderer, how many were tried, how many had something live, and in how many the text was another.
const table = new Map();
const examples = [];
const found = {};
const cellOf = (kind, renderer) => {
  if (!table.has(kind)) table.set(kind, {});
  return (table.get(kind)[renderer] ??= { tried: 0, live: 0, other: 0 });
};
function count(kind, renderer, n, live, other, source) {
  const cell = cellOf(kind, renderer);
  cell.tried += 1;
  if (!live && !other) return;
  cell[live ? 'live' : 'other'] += 1;
  if (live) (found[renderer] ??= new Set()).add(n);
  if (cell.live + cell.other <= 2) examples.push(`${renderer}: ${live || other} in ${kind} of ${JSON.stringify(texts[n])}\n${source}`);
}

/** Something that is shown as it is. */
function label(kind, n, text) {
  if (text) count(kind, 'labels', n, CONTROL.test(text) && 'a control', undefined, JSON.stringify(text));
}

const compact = text => text.replace(/\s+/gu, '');
const compactTable = text => text.replace(/[\s|-]+/gu, '');
const names = Object.keys(RENDERERS);
// Between the first and the last, each text is tried in one.
const between = names.filter(name => /^marked 1[567]|^marked 18.0/.test(name));
const rendering = n => {
  if (ALL) return names;
  return names.filter(name => !between.includes(name) && !name.startsWith('VS Code')).concat(between[n % between.length],
    n % 2 ? 'VS Code, 14.0.0' : 'VS Code, 18.2.1');
};

/** What is shown as markdown; `plain` is what a client without markdown is shown. */
function markdown(kind, n, value, plain, isMeant) {
  for (const renderer of rendering(n)) {
    const html = RENDERERS[renderer](value);
    const { live, text, link } = read(html, isMeant);
    const control = CONTROL.test(value.replace(/[\n\t]/g, '')) ? 'a control' : undefined;
    let other;
    if (kind === 'title' && compact(link ?? '') !== compact(escaped(texts[n].trim()))) {
      other = `a title ${JSON.stringify(link)}, not ${JSON.stringify(escaped(texts[n]))},`;
    } else if (plain !== undefined && (kind === 'missing heading' || !plain.startsWith('Did you mean '))) {
      // Of names that are equally near, each session has some.
      const same = html.includes('<table') ? compactTable : compact;
      if (same(text) !== same(plain)) other = `${JSON.stringify(text)}, not ${JSON.stringify(plain)},`;
    }
    count(kind, renderer, n, live ?? control, other, value);
  }
}

const CAPABILITIES = formats => ({
  general: { positionEncodings: ['utf-16'] },
  window: { workDoneProgress: true },
  workspace: { workspaceEdit: { documentChanges: true, resourceOperations: ['create'] } },
  textDocument: {
    hover: { contentFormat: formats },
    completion: { completionItem: { documentationFormat: formats, labelDetailsSupport: true } },
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix'] } } },
    documentLink: { tooltipSupport: true },
    publishDiagnostics: { relatedInformation: true },
  },
  experimental: { serverStatusNotification: true },
});

async function connect(root, formats, name) {
  const client = new Client(SLUGLINE);
  const uri = pathToFileURL(root).href;
  await client.request('initialize', {
    processId: null, clientInfo: { name }, rootUri: uri, workspaceFolders: [{ uri, name: 'vault' }],
    capabilities: CAPABILITIES(formats),
  });
  client.notify('initialized', {});
  await client.until(told => told.get('experimental/serverStatus')?.at(-1).quiescent);
  return client;
}
const FORMATS = [['markdown', 'plaintext'], ['plaintext']];

/** Messages and diagnostics of a session. */
function said(client) {
  for (const { uri, diagnostics } of client.told.get('textDocument/publishDiagnostics') ?? []) {
    const n = Number(/(\d+)\.md$/.exec(uri)?.[1] ?? 0);
    for (const { message, relatedInformation = [] } of diagnostics) {
      label('diagnostic', n, message);
      relatedInformation.forEach(({ message }) => label('related information', n, message));
    }
  }
  for (const method of ['window/logMessage', 'window/showMessage', 'experimental/serverStatus']) {
    (client.told.get(method) ?? []).forEach(({ message }) => label('message', 0, message));
  }
  (client.told.get('$/progress') ?? []).forEach(({ value }) => [value.title, value.message].forEach(t => label('message', 0, t)));
}

// Notes are compared with each other: many small vaults, each of different texts, take less time than a big one.
const vaults = Math.ceil(texts.length / 100);
for (let at = 0; at < vaults; at += 1) await everywhere([...texts.entries()].filter(([n]) => n % vaults === at));
await settings();
report();

async function everywhere(numbered) {
  const root = path.join(home, `vault${numbered[0][0]}`);
  const vault = writeVault(root, numbered);
  const at = name => pathToFileURL(path.join(root, name)).href;
  const isMeant = href => {
    if (/^https:\/\/www\.youtube\.com\/watch\?v=[\w.~%-]*&t=\d+s$/.test(href)) return true;
    try {
      const file = fileURLToPath(href);
      return file.startsWith(`${root}/`) && file.endsWith('.md') && fs.existsSync(file);
    } catch {
      return false;
    }
  };
  const [rich, plain, source] = await Promise.all([
    connect(root, FORMATS[0], 'test'), connect(root, FORMATS[1], 'test'), connect(root, FORMATS[0], 'Neovim'),
  ]);
  const clients = [rich, plain, source];
  const open = (client, name, text, version) => client.notify('textDocument/didOpen', {
    textDocument: { uri: at(name), languageId: 'markdown', version, text },
  });
  const close = (client, name) => client.notify('textDocument/didClose', { textDocument: { uri: at(name) } });
  const hovers = (client, note) => Promise.all(note.hovers.map(({ position }) =>
    client.request('textDocument/hover', { textDocument: { uri: at(note.name) }, position })));

  for (const { n, notes, completing } of vault) {
    for (const note of notes) {
      clients.forEach(client => open(client, note.name, note.text, 1));
      const textDocument = { uri: at(note.name) };
      const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
      const [asMarkdown, asText, asSource, actions, links] = await Promise.all([
        ...clients.map(client => hovers(client, note)),
        rich.request('textDocument/codeAction', { textDocument, range, context: { diagnostics: [] } }),
        rich.request('textDocument/documentLink', { textDocument }),
      ]);
      clients.forEach(client => close(client, note.name));
      note.hovers.forEach(({ kind }, at) => {
        if (!asMarkdown[at]) return;
        markdown(kind, n, asMarkdown[at].contents.value, asText[at].contents.value, isMeant);
        label('plain text', n, asText[at].contents.value.replace(/[\n\t]/g, ''));
        // Addresses stand there as text.
        const shown = asSource[at].contents.value;
        count(kind, 'source view', n, read(SOURCE['source view'](shown), isMeant).live, undefined, shown);
      });
      for (const { title, edit, command } of actions ?? []) {
        label('action', n, title);
        label('action', n, command?.title);
        for (const { kind, uri } of edit?.documentChanges ?? []) {
          if (kind === 'create') label('created file', n, decodeURIComponent(uri));
        }
      }
      for (const { target, tooltip } of links ?? []) {
        label('document link', n, tooltip);
        count('document link', 'labels', n, !/^https?:/.test(target) && 'another scheme', undefined, target);
      }
    }
    [rich, plain].forEach(client => open(client, completing.name, completing.text, 1));
    const textDocument = { uri: at(completing.name) };
    const complete = async client => {
      const lists = completing.places.map(position => client.request('textDocument/completion', { textDocument, position }));
      const items = (await Promise.all(lists)).flatMap(list => (list?.items ?? list ?? []).slice(0, 3));
      return Promise.all(items.map(item => client.request('completionItem/resolve', item)));
    };
    const [items, plainItems] = await Promise.all([complete(rich), complete(plain)]);
    [rich, plain].forEach(client => close(client, completing.name));
    // What is as good as another may stand before or behind it.
    const nameOf = ({ label: name, labelDetails, filterText }) => JSON.stringify([name, labelDetails, filterText]);
    const named = new Map();
    plainItems.forEach(item => named.set(nameOf(item), (named.get(nameOf(item)) ?? new Set()).add(item.documentation?.value)));
    items.forEach(item => {
      const { label: name, detail, labelDetails, documentation } = item;
      [name, detail, labelDetails?.detail, labelDetails?.description].forEach(text => label('completion', n, text));
      const plain = [...(named.get(nameOf(item)) ?? [])];
      if (documentation) markdown('documentation', n, documentation.value, plain.length === 1 ? plain[0] : undefined, isMeant);
    });
  }
  await Promise.all(clients.map(client => client.end()));
  said(rich);
  fs.rmSync(root, { recursive: true });
}

// A vault brings its settings along: the names of keys, the address of videos, and what is no setting.
async function settings() {
  const root = path.join(home, 'settings');
  fs.mkdirSync(root);
  const write = (name, text) => fs.writeFileSync(path.join(root, name), text);
  const uri = name => pathToFileURL(path.join(root, name)).href;
  write('.slugline.toml', '');
  const note = 'Told <a class="yt-timestamp" data-t="00:01:04">[00:01:04]</a>\n';
  write('none.md', note);
  write('own.md', `---\nvideoId: x\n---\n${note}`);
  const [rich, plain] = await Promise.all(FORMATS.map(formats => connect(root, formats, 'test')));
  for (const client of [rich, plain]) {
    for (const name of ['none.md', 'own.md']) {
      const text = fs.readFileSync(path.join(root, name), 'utf8');
      client.notify('textDocument/didOpen', { textDocument: { uri: uri(name), languageId: 'markdown', version: 1, text } });
    }
  }
  const isMeant = href => /^https?:/i.test(href);
  for (const [n, text] of texts.entries()) {
    // By its number the hover tells that these settings are the ones that hold.
    const key = `${text} key${n}`;
    const url = n % 2 ? text : `https://video.example/{id}?${text}`;
    write('.slugline.toml', `${quoted(text)} = 1\nsources.keys = [${quoted(key)}, "videoId"]\nsources.url = ${quoted(url)}\n`);
    const ask = async client => {
      client.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: uri('.slugline.toml'), type: 2 }] });
      const hover = async (name, line) => (await client.request('textDocument/hover', {
        textDocument: { uri: uri(name) }, position: { line, character: 8 },
      })).contents.value;
      let first;
      do first = await hover('none.md', 0);
      while (!first.includes(`key${n}`));
      return [first, await hover('own.md', 3)];
    };
    const [asMarkdown, asText] = await Promise.all([rich, plain].map(ask));
    ['key of a video', 'address of a video'].forEach((kind, at) => markdown(kind, n, asMarkdown[at], asText[at], isMeant));
  }
  const doctor = await rich.request('workspace/executeCommand', { command: 'slugline.doctor', arguments: [] });
  label('message', 0, JSON.stringify(doctor ?? '').replaceAll('\\n', ''));
  await Promise.all([rich.end(), plain.end()]);
  said(rich);
}

function report() {
  const columns = [...names, 'source view', 'labels'];
  console.log(`${texts.length} texts: live + shown as other text, of those tried`);
  console.log(['', ...columns].join(' | '));
  let bad = 0;
  for (const [kind, row] of table) {
    const cells = columns.map(column => row[column]).map(cell => (cell ? `${cell.live} + ${cell.other} of ${cell.tried}` : ''));
    bad += columns.reduce((sum, column) => sum + (row[column]?.live ?? 0) + (row[column]?.other ?? 0), 0);
    console.log([kind, ...cells].join(' | '));
  }
  console.log(['texts with something live', ...columns.map(column => found[column]?.size ?? 0)].join(' | '));
  examples.slice(0, Number(EXAMPLES)).forEach(example => console.log(`\n${example}`));
  // A check that looks at nothing finds nothing.
  const kinds = ['title', 'section', 'block', 'missing heading', 'missing note', 'name of a note', 'name of a file', 'folder',
    'video', 'video at a time', 'title of a video', 'name of a video', 'timestamp', 'footnote', 'tag', 'heading', 'name of a link',
    'alias', 'key of a video', 'address of a video', 'action', 'created file', 'completion', 'documentation', 'diagnostic',
    'related information', 'document link', 'message', 'plain text'];
  const unseen = kinds.filter(kind => !table.has(kind));
  if (unseen.length) console.log(`\nnothing was shown of: ${unseen.join(', ')}`);
  process.exit(bad || unseen.length ? 1 : 0);
}
