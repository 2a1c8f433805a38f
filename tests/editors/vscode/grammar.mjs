// The colors of wikilinks and timestamps, by VS Code's own grammars and tokenizer as code-server has them.
// Environment: TOOLS, what `install` made; EXTENSION, the extension's folder.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const { TOOLS, EXTENSION } = process.env;
const code = path.join(TOOLS, 'node_modules/code-server/lib/vscode');
const require = createRequire(path.join(code, 'package.json'));
const { INITIAL, parseRawGrammar, Registry } = require('vscode-textmate');
const onig = require('vscode-oniguruma');

/** The manifests of VS Code's grammars and ours. */
const grammars = ['markdown-basics', 'markdown-math', 'html', 'yaml', 'javascript']
  .map(name => path.join(code, 'extensions', name))
  .concat(EXTENSION)
  .flatMap(folder =>
    JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')).contributes.grammars.map(grammar => ({
      ...grammar,
      file: path.join(folder, grammar.path),
    })),
  );

await onig.loadWASM(fs.readFileSync(require.resolve('vscode-oniguruma').replace('main.js', 'onig.wasm')).buffer);
const registry = new Registry({
  onigLib: Promise.resolve({
    createOnigScanner: patterns => new onig.OnigScanner(patterns),
    createOnigString: text => new onig.OnigString(text),
  }),
  loadGrammar: async scope => {
    const found = grammars.find(grammar => grammar.scopeName === scope);
    return found ? parseRawGrammar(fs.readFileSync(found.file, 'utf8'), found.file) : null;
  },
  getInjections: scope => grammars.filter(({ injectTo }) => injectTo?.includes(scope)).map(({ scopeName }) => scopeName),
});
const markdown = await registry.loadGrammar('text.html.markdown');

/** The scopes of each text between « and », one set for each. */
function scopes(marked) {
  const found = [];
  let stack = INITIAL;
  for (const line of marked.split('\n')) {
    const text = line.replace(/[«»]/g, '');
    const { tokens, ruleStack } = markdown.tokenizeLine(text, stack);
    stack = ruleStack;
    let removed = 0;
    let begin;
    for (const mark of line.matchAll(/[«»]/g)) {
      const at = mark.index - removed++;
      if (mark[0] === '«') {
        begin = at;
      } else {
        const inside = tokens.filter(token => token.startIndex < at && token.endIndex > begin);
        // One text, one color.
        const whole = inside.length === 1 && inside[0].startIndex === begin && inside[0].endIndex === at;
        found.push(whole ? inside[0].scopes.join(' ') : `${inside.length} tokens: ${inside.map(token => token.scopes.join(' ')).join(', ')}`);
      }
    }
  }
  return found;
}

const TITLE = /string\.other\.link\.title\.wikilink/;
const TARGET = /markup\.underline\.link\.wikilink/;
const ANCHOR = /markup\.underline\.link\.anchor\.wikilink/;
const BRACKET = /punctuation\.definition\.link\.\w+\.wikilink/;
const TIME = /constant\.numeric\.timestamp/;
const QUERY = /string\.unquoted\.query\.timestamp/;
const NONE = null; // nothing of ours
const CASES = [
  ['see «[[»«tide_prediction»«]]» now', BRACKET, TITLE, BRACKET],
  ['[[«tide»|«the tide»]]', TARGET, TITLE],
  ['- [[«tide» | «the tide»]]', TARGET, TITLE],
  ['[[«tide»«#Largest waves» | «waves»]]', TARGET, ANCHOR, TITLE],
  ['[[«tide»«#A#B»]]', TITLE, ANCHOR],
  ['[[«#Here»]]', ANCHOR],
  ['[[a | «b [c] d»]] «e»', TITLE, NONE],
  ['«!»[[«curve.svg»]]', /keyword\.control\.embed/, TITLE],
  ['# History of [[«tide»]]', TITLE],
  ['| a | b |\n| --- | --- |\n| [[«tide»\\|«the tide»]] | «c» |', TARGET, TITLE, NONE],
  ['> [[«tide»]]', TITLE],
  ['**[[«tide»]]**', TITLE],
  ['  - a\n    - [[«tide»]]', TITLE],
  ['---\ntitle: «x»\nrelated: "[[«tide»]]"\n---', NONE, TITLE],
  ['<div>\n[[«tide»]]\n</div>', TITLE],
  ['`[[«code»]]`', NONE],
  ['```\n[[«code»]]\n```', NONE],
  ['~~~js\n[[«code»]]\n~~~', NONE],
  ['x\n\n    [[«code»]]', NONE],
  ['<!-- [[«comment»]] -->', NONE],
  ['<!--\n[[«comment»]]\n-->', NONE],
  ['a %%«[[comment]]» %% [[«tide»]]', NONE, TITLE],
  ['$x [[«math»]]$', NONE],
  ['$$\n[[«math»]]\n$$', NONE],
  ['<span title="[[«attribute»]]">[[«tide»]]</span>', NONE, TITLE],
  ['\\[[«escaped»]]', NONE],
  ['[[«»]] «[[»', NONE, NONE],
  ['[«text»](note.md) and [[«tide»]]', NONE, TITLE],
  [
    'so «<a class="yt-timestamp" data-t="00:04:32">»«[00:04:32]»«</a>».',
    /comment\.block\.tag\.begin\.timestamp/, TIME, /comment\.block\.tag\.end\.timestamp/,
  ],
  ['<a class="yt-timestamp" data-t="7:05">«[00:07:05]»</a>', TIME],
  ['[[«a» | «b»]] <a class="yt-timestamp" data-t="00:00:01">«[00:00:01]»</a>', TARGET, TITLE, TIME],
  ['at [«04:32»] and [«1:04:32»]', TIME, TIME],
  ['`[«04:32»]`', NONE],
  ['<a href="x">«[04]»</a>', NONE],
  ['[«04:32»](https://example.org)', NONE],
  ['Said «@ts european union»', QUERY],
  ['| «@ts»| «x» |', QUERY, NONE],
  ['mail «me@ts.org» and «@tsx»', NONE, NONE],
];

let failures = 0;
for (const [marked, ...expected] of CASES) {
  const found = scopes(marked);
  const ours = /wikilink|timestamp/;
  const fits = found.map((scope, at) => (expected[at] === NONE ? !ours.test(scope) : expected[at].test(scope) && !/tokens:/.test(scope)));
  if (found.length !== expected.length || fits.includes(false)) {
    failures += 1;
    console.log(`not ok - ${JSON.stringify(marked)}`);
    found.forEach((scope, at) => fits[at] || console.log(`  # expected ${expected[at]}, found ${scope}`));
  }
}
console.log(`grammar: ${CASES.length - failures} passed, ${failures} failed`);
process.exit(failures ? 1 : 0);
