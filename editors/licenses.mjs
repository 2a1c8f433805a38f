// The licenses of the packages that a bundle is made of.
import { readFileSync, readdirSync } from 'node:fs';

/** Name, version and license of each package in `metafiles` of esbuild, by name. */
export function licenses(metafiles) {
  const folders = new Set();
  for (const input of metafiles.flatMap(({ inputs }) => Object.keys(inputs))) {
    const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? [];
    if (folder) {
      folders.add(folder);
    }
  }
  return [...folders].sort().map(folder => {
    const { name, version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const license = readdirSync(folder).find(file => /^licen[cs]e/i.test(file));
    if (!license) {
      throw new Error(`${folder} has no license`);
    }
    return `${name} ${version}\n\n${readFileSync(`${folder}/${license}`, 'utf8').trim()}`;
  });
}
