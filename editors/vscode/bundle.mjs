// Bundles the extension into dist/extension.js, and lists the licenses of what went in.
import { writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { licenses } from '../licenses.mjs';

const { metafile } = await build({
  entryPoints: ['src/extension.ts'],
  outfile: 'dist/extension.js',
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode'],
  legalComments: 'none', // they are in the file below
  metafile: true,
});

const notices = licenses([metafile]).map(text => `${text}\n`);
writeFileSync('dist/licenses.txt', notices.join(`\n${'-'.repeat(80)}\n\n`));
