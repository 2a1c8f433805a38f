// A vault that says hostile texts in every place, and what to ask about them.
import fs from 'node:fs';
import path from 'node:path';

/** A string of YAML, and of TOML. */
export const quoted = text => JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029]/g,
  c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
const line = text => text.replace(/[\r\n]+/g, ' ');
/** A name that every file system here takes, and that leaves a vault by no way. */
const fileName = text => [...text.replaceAll('/', '∕').replaceAll('\0', '␀').replace(/^\.+/, '')].slice(0, 50).join('');
const STAMP = '<a class="yt-timestamp" data-t="00:01:04">[00:01:04]</a>';

/**
 * Writes the vault of numbered texts, `[n, text]`; what says the `n`th has the number `n`. Returns for each `n` the notes to
 * open, with the places to hover over, `{ name, text, hovers: [{ kind, position }] }`, and one with the places of completions.
 */
export function writeVault(root, texts) {
  const write = (name, text) => {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), text);
  };
  return texts.map(([n, text]) => {
    const flat = line(text);
    const named = fileName(text);
    write(`n/target${n}.md`, `---
title: ${quoted(text)}
aliases: [${quoted(`alias${n} ${text}`)}]
tags: [${quoted(`t${n}`)}]
videoId: video${n}x
---
From: [[channel${n}]]

Lead ${flat} and ![${flat}](x.png) *${flat}* [${flat}](u) [[target${n}|${flat.replaceAll(']]', '')}]] end.

## ${flat}

## Part${n}

${flat}

- item ${flat}
  - inner ${flat}

    \`\`\`${flat}
    ${flat}
    \`\`\`

3. ${flat}

> ${flat}
> - ${flat}

| ${flat} | b |
|---|---|
| ${flat} | \`${flat}\` |

\`\`\`${flat}
${text}
\`\`\`

## Block${n}

Block ${flat} ^block${n}

## ${flat} near
`);
    write(`s/same${n}.md`, `---\ntitle: ${quoted(text)}\nvideoId: video${n}x\n---\nSame ${STAMP}\n`);
    write(`f/${n} ${named}.md`, 'x\n');
    write(`a/${n} ${named}.pdf`, 'x\n');
    for (const folder of 'de') write(`${folder}/${n} ${named}/twin${n}.md`, `---\ntitle: ${quoted(text)}\n---\n`);

    const note = (name, ...parts) => {
      const hovers = [];
      let row = 0;
      const lines = parts.map(part => {
        const [words, kind, character] = [part].flat();
        if (kind) hovers.push({ kind, position: { line: row, character } });
        row += words.split('\n').length;
        return words;
      });
      const made = { name, text: `${lines.join('\n')}\n`, hovers };
      write(name, made.text);
      return made;
    };
    const asks = note(`q/asks${n}.md`,
      '---', 'title: Asks', [`tags: [t${n}]`, 'tag in front matter', 8], `videoId: video${n}x`, '---',
      [`[[target${n}]]`, 'title', 3],
      [`[[target${n}#Part${n}]]`, 'section', 3],
      [`[[target${n}#^block${n}]]`, 'block', 3],
      [`[[target${n}#Part ${n} nea]]`, 'missing heading', 3],
      [`[[targt${n}]]`, 'missing note', 3],
      [`![[${n}.pdf]]`, 'missing file', 4],
      [`![f](../a/${encodeURIComponent(`${n} ${named}`)}.pdf)`, 'name of a file', 3],
      [`[f](../f/${encodeURIComponent(`${n} ${named}`)}.md)`, 'name of a note', 1],
      [`[[twin${n}]]`, 'folder', 3],
      [`[v](https://youtu.be/video${n}x)`, 'video', 1],
      [`[w](https://youtu.be/video${n}x?t=64)`, 'video at a time', 1],
      [`A claim ${flat} ${STAMP}`, 'timestamp', `A claim ${flat} <a cl`.length], '',
      [`See[^foot${n}].`, 'footnote', 5], '', `[^foot${n}]: foot ${flat}`, '',
      [`tag #t${n} x`, 'tag', 6],
      [`[[target${n}#${flat}]]`, 'heading', 4],
      [`[[${flat}]]`, 'name of a link', 3],
      [`[[alias${n} ${flat}|${flat}]]`, 'alias', 3],
    );
    // The title of a video by the list of its channel; the video's own name.
    const channel = note(`c/channel${n}.md`,
      `---\ntitle: ${quoted(text)}\nvideoId: ${quoted(text)}\n---`,
      `### [${flat}](https://www.youtube.com/watch?v=video${n}y)`, '',
      [`Told ${flat} ${STAMP}`, 'name of a video', `Told ${flat} <a cl`.length],
    );
    const watch = note(`w/watch${n}.md`, `---\nvideoId: video${n}y\n---\nFrom: [[channel${n}]]`, '',
      [STAMP, 'title of a video', 8]);
    const typed = [`[[target${n}`, `[[alias${n}`, `[[target${n}#`, `[[target${n}#^`, `[[${n} `, `![[${n} `, `[x](../n/targ`, `[[twin${n}`,
      `tag #t${n}`];
    const completing = note(`q/typed${n}.md`, typed.join('\n\n'));
    const places = typed.map((words, at) => ({ line: 2 * at, character: words.length }));
    return { n, notes: [asks, channel, watch], completing: { ...completing, places } };
  });
}
