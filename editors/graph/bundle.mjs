// Bundles the page into page.html: one file, with its script, its style and their licenses, that asks no network.
// With `--check`, only says whether page.html is what would come out.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { licenses } from '../licenses.mjs';

const common = { bundle: true, minify: true, write: false, metafile: true, target: 'es2022', legalComments: 'none' };
const worker = await build({ ...common, entryPoints: ['src/layout.worker.ts'], format: 'iife' });
const page = await build({
  ...common,
  entryPoints: ['src/page.ts'],
  format: 'iife',
  define: { WORKER: JSON.stringify(worker.outputFiles[0].text) },
});

// Two hyphens would end the comment that they stand in.
const notices = licenses([worker.metafile, page.metafile]).map(text => text.replaceAll('--', '- -'));

// Nothing in it may end the element that it stands in.
const script = page.outputFiles[0].text.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
const style = readFileSync('src/style.css', 'utf8');
const hash = text => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
// Sigma sets the style of its elements from its script, which a policy of styles does not concern.
const csp = `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; worker-src blob:; base-uri 'none'; form-action 'none'`;
const parts = { csp, style, script, licenses: notices.join('\n\n') };
const text = readFileSync('src/page.html', 'utf8').replace(/{{(\w+)}}/g, (whole, name) => parts[name] ?? whole);

if (process.argv.includes('--check')) {
  if (readFileSync('page.html', 'utf8') !== text) {
    console.error('editors/graph/page.html is not what its sources make: run `npm run bundle` there');
    process.exit(1);
  }
} else {
  writeFileSync('page.html', text);
}
