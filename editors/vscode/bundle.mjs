// Bundles the extension into dist/extension.js, and lists the licenses of what went in.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

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

const folders = new Set();
for (const input of Object.keys(metafile.inputs)) {
  const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? [];
  if (folder) {
    folders.add(folder);
  }
}
const notices = [...folders].sort().map(folder => {
  const { name, version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const license = readdirSync(folder).find(file => /^licen[cs]e/i.test(file));
  if (!license) {
    throw new Error(`${folder} has no license`);
  }
  return `${name} ${version}\n\n${readFileSync(`${folder}/${license}`, 'utf8').trim()}\n`;
});
writeFileSync('dist/licenses.txt', notices.join(`\n${'-'.repeat(80)}\n\n`));
