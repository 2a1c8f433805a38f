// Bundles the extension into dist/extension.js and the page of its player into dist/watch.js, and lists the licenses of what went in.
import { writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { licenses } from '../licenses.mjs';

const shared = { bundle: true, minify: true, legalComments: 'none' }; // licenses are in the file below
const { metafile } = await build({
  ...shared,
  entryPoints: ['src/extension.ts'],
  outfile: 'dist/extension.js',
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode'],
  metafile: true,
});
// The page of the panel that plays a video, which has nothing in it that is not ours.
await build({ ...shared, entryPoints: ['src/page/watch.ts'], outfile: 'dist/watch.js', platform: 'browser', format: 'iife', target: 'es2022' });

const notices = licenses([metafile]).map(text => `${text}\n`);
writeFileSync('dist/licenses.txt', notices.join(`\n${'-'.repeat(80)}\n\n`));
