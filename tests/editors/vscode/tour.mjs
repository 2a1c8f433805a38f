// The parts of `tour`: what a window shows, as pictures, and how long it takes. See there.
import fs from 'node:fs';
import path from 'node:path';
import { again, check, session, until } from './window.mjs';

const { OUT, PART, VSIX, ROUNDS } = process.env;
const BULGE = 'tidewise/tidal_bulge.md';
const THEMES = {
  dark: ['Default Dark Modern', 'vs-dark'],
  light: ['Default Light Modern', 'vs'],
  contrast: ['Default High Contrast', 'hc-black'],
  'contrast-light': ['Default High Contrast Light', 'hc-light'],
};

session(async window => {
  const { page, vault, open, workspace, keys, input, texts, escape, command, note, place, line, tab, status, frame, picture } = window;
  const read = file => fs.readFileSync(path.join(vault, file), 'utf8');
  const squiggles = () => page.locator('.monaco-editor .squiggly-warning').count();

  await { start, tour, large, restricted }[PART]();

  /** What the extension adds to the start of a window: the window itself, the extension, the first warning. */
  async function start() {
    const figures = { text: [], squiggle: [] };
    const rows = [];
    await page.setViewportSize({ width: 1000, height: 1200 }); // the broken link is in view
    // The first one fills caches.
    for (let round = 0; round <= Number(ROUNDS); round++) {
      const began = performance.now();
      await open(BULGE);
      const text = performance.now() - began;
      let squiggle;
      if (VSIX) {
        await page.locator('.monaco-editor .squiggly-warning').first().waitFor();
        squiggle = performance.now() - began;
        await until(async () => /\d notes/.test(await status()));
      }
      if (round > 0) {
        figures.text.push(text);
        squiggle && figures.squiggle.push(squiggle);
        rows.push(await activation());
      }
    }
    const median = list => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
    const said = Object.entries(figures).filter(([, list]) => list.length > 0).map(([name, list]) => `${name} ${Math.round(median(list))} ms`);
    console.log(`${VSIX ? 'with' : 'without'} the extension, from opening the window: ${said.join(', ')} (medians of ${ROUNDS})`);
    rows.filter(Boolean).forEach(row => console.log(`activation: ${row}`));
    await check('windows opened', figures.text.length > 0);
  }

  /** What VS Code says of the extension's start: milliseconds to load its code, to call it, and until it was done. */
  async function activation() {
    await page.setViewportSize({ width: 1400, height: 2600 });
    await command('Developer: Startup Performance');
    const rows = () => texts('.monaco-editor.focused .view-line');
    await until(async () => (await rows()).some(row => /Extension\s*\|.*Load Code/i.test(row)));
    const all = await rows();
    await page.setViewportSize({ width: 1000, height: 1200 });
    const head = all.find(row => /Extension\s*\|.*Load Code/i.test(row));
    const own = all.find(row => /slugline\.slugline/.test(row));
    return own && `${own} (${head})`;
  }

  /** A folder that is not trusted: what works, and what of its settings does not count. */
  async function restricted() {
    await page.setViewportSize({ width: 1200, height: 750 });
    workspace({ 'slugline.server.path': '/bin/false' });
    const kind = ['keys = ["episode"]', 'id = ".+"', 'url = "https://example.org/{id}"', 'embed = "https://example.org/player/{id}"'];
    fs.writeFileSync(path.join(vault, '.slugline.toml'), ['[sources.kinds.podcast]', ...kind, ''].join('\n'));
    fs.writeFileSync(path.join(vault, 'drafts/episode.md'), '---\nepisode: ep-12\n---\n\nSaid at [00:01:00].\n');
    const seen = async (name, ask) => check(name, await until(ask, 60_000), await texts('.notification-list-item')).then(() => picture(`restricted-${name.replaceAll(/\W+/g, '-')}`));
    await open(BULGE);
    await seen('VS Code says that the folder is restricted', async () => (await texts('.statusbar-item')).some(item => /Restricted Mode/.test(item)));
    await seen('a warning under a broken link', async () => (await place(BULGE, '[[spring_and_neap_tide |')) && (await squiggles()) > 0);
    await seen('the server is not the one that the folder names', async () => /31 notes/.test(await status()));
    await command('View: Show Notes');
    await seen('backlinks', async () => (await texts('.pane:has(.pane-header[aria-label^="Backlinks"]) .monaco-list-row')).length > 2);
    await seen('the moments of the video', async () => (await texts('.pane:has(.pane-header[aria-label^="Source"]) .monaco-list-row')).length > 2);
    await place(BULGE, '[00:04:32]', 4);
    await command('Slugline: Watch This Video');
    const player = await frame('#captions .cue');
    await seen('captions of the video', async () => (await player.locator('.cue').count()) > 5);
    await note('drafts/episode.md');
    await command('Slugline: Watch This Video');
    await seen('no player from where the folder says', () => frame('text="In restricted mode, only players are shown that no setting of the folder has changed."'));
    await note(BULGE);
    await command('Markdown: Open Preview to the Side');
    await seen('the preview with live links', () => frame('.slugline-timestamp'));
    await note(BULGE);
    await command('Slugline: Show Graph of Notes');
    await seen('the graph', () => frame('#graph canvas'));
  }

  async function tour() {
    await page.setViewportSize({ width: 1200, height: 750 });
    const stop = await film();
    let number = 0;
    /** One step: what is done, what must be seen then, and a picture. */
    const step = async (name, act, seen = async () => true) => {
      const came = await act().then(() => until(seen, 30_000)).catch(error => console.log(`# ${error}`));
      number += 1;
      await check(name, came, await texts('.tab'));
      await picture(`${String(number).padStart(2, '0')}-${name.replaceAll(/\W+/g, '-')}`);
      await new Promise(done => setTimeout(done, 700)); // for those who look at the film
    };
    const inThemes = async name => {
      for (const [kind, [theme, mark]] of Object.entries(THEMES)) {
        workspace({ 'workbench.colorTheme': theme });
        await page.locator(`.monaco-workbench.${mark}`).waitFor();
        await new Promise(done => setTimeout(done, 1000)); // colors fade over
        await picture(`theme-${name}-${kind}`);
      }
      workspace({});
      await page.locator('.monaco-workbench.vs-dark').waitFor();
    };
    const suggested = async words => (await texts('.suggest-widget.visible .monaco-list-row .label-name')).some(label => label.includes(words));
    const revert = async () => {
      await command('File: Revert File');
      await page.locator('.tab.active.dirty').waitFor({ state: 'detached' });
    };
    const hovered = words => async () => (await texts('.monaco-hover:not(.hidden) .hover-contents')).some(text => text.includes(words));

    await step('a warning under a broken link', async () => {
      await open(BULGE);
      await keys.press('Control+b');
      await place(BULGE, '[[spring_and_neap_tide |');
    }, async () => (await squiggles()) > 0);
    await step('and what it says', async () => {
      await place(BULGE, '[[spring_and_neap_tide |', 8);
      await command('Show or Focus Hover');
    }, hovered('spring'));
    await inThemes('warning');
    await escape('.monaco-hover:not(.hidden) .hover-contents');
    await step('the ways to fix it', async () => {
      await keys.press('Control+.');
      await page.locator('.action-widget .monaco-list-row').first().waitFor();
    });
    await step('fixed', () => page.locator('.action-widget .monaco-list-row', { hasText: 'Change to' }).first().click(), async () => (await squiggles()) === 0);
    await revert();
    await step('typing completes a link', async () => {
      await note('drafts/next_notes.md');
      await keys.press('Control+End');
      await keys.type('- see [[tide', { delay: 60 });
    }, () => suggested('Tide prediction'));
    await step('with its note beside it', () => keys.press('Control+Space'), async () => (await texts('.suggest-details')).length > 0);
    await inThemes('completion');
    await step('taken', () => keys.press('Escape').then(() => keys.type('_prediction]] now', { delay: 40 })), async () => /prediction\]\]/.test(await line()));
    await revert();
    await step('hover of a link', async () => {
      await place('tidewise/tide_prediction.md', '[[fourier_series', 5);
      await command('Show or Focus Hover');
    }, hovered('Plain Numbers'));
    await escape('.monaco-hover:not(.hidden) .hover-contents');
    await step('hover of a timestamp', async () => {
      await place(BULGE, '[00:04:32]', 4);
      await command('Show or Focus Hover');
    }, hovered('4:32'));
    await inThemes('timestamp');
    await escape('.monaco-hover:not(.hidden) .hover-contents');
    await step('a timestamp by what is said', async () => {
      await place(BULGE, '#astronomy/moon');
      await keys.press('Enter');
      await keys.press('ArrowUp');
      await keys.type('Then @ts bay of fun', { delay: 60 });
    }, () => suggested('Fundy'));
    await keys.press('Escape');
    await revert();
    await step('a jump to the note of a link', async () => {
      await place('index.md', '[[tide_prediction]]', 5);
      await keys.press('F12');
    }, async () => (await tab()) === 'tide_prediction.md');
    await step('rename across notes with its preview', async () => {
      await place(BULGE, '## Two bulges', 6);
      await command('Rename Symbol');
      await page.locator('.rename-box input').first().waitFor();
      await page.locator('.rename-box input').first().fill('Bulges on both sides');
      await keys.press('Control+Enter');
      await page.locator('.bulk-edit-panel .monaco-list-row').nth(1).waitFor();
    });
    await step('renamed', async () => {
      await page.locator('.bulk-edit-panel .monaco-button', { hasText: 'Apply' }).click();
      await command('File: Save All Files');
    }, async () => read('tidewise/spring_and_neap_tides.md').includes('#Bulges on both sides'));
    await command('View: Close All Editors');
    await step('backlinks, tags and unresolved names', async () => {
      await note('tidewise/tidewise.md');
      await command('View: Show Notes');
    }, async () => (await texts('.pane:has(.pane-header[aria-label^="Backlinks"]) .monaco-list-row')).length > 2);
    await inThemes('views');
    await command('View: Toggle Primary Side Bar Visibility');
    await step('the preview with live links', async () => {
      await note(BULGE);
      await command('Markdown: Open Preview to the Side');
      await frame('.slugline-timestamp');
    });
    await inThemes('preview');
    await command('View: Close All Editors');
    await step('the timeline of a video', async () => {
      await place(BULGE, '[00:04:32]', 4);
      await command('Slugline: Show Timeline of This Video');
    }, async () => /4:32/.test(await line()));
    await inThemes('timeline');
    await command('View: Close All Editors');
    await page.setViewportSize({ width: 1500, height: 800 });
    await step('the moments of a video beside the note', async () => {
      await note(BULGE);
      await command('Notes: Focus on Source View');
    }, async () => (await texts('.pane:has(.pane-header[aria-label^="Source"]) .monaco-list-row')).length > 2);
    await inThemes('source');
    await command('View: Toggle Primary Side Bar Visibility');
    let player;
    await step('the video beside a note', async () => {
      await place(BULGE, '[00:04:32]', 4);
      await command('Slugline: Watch This Video');
      player = await frame('#captions .cue');
    }, async () => /^https:/.test(await player.locator('iframe').getAttribute('src', { timeout: 500 })));
    console.log(`the frame of the video: ${await player.locator('iframe').getAttribute('src').catch(() => 'none')}`);
    await inThemes('watch');
    await command('View: Close All Editors');
    let drawn;
    await step('the graph around a note', async () => {
      await note('tidewise/tidewise.md');
      await command('Slugline: Show Graph of Notes');
      drawn = await frame('#graph canvas');
    }, () => drawn.evaluate(() => document.body.dataset.layout === 'done'));
    await step('and of all notes', () => drawn.locator('#scope').selectOption(''), () => drawn.evaluate(() => document.body.dataset.layout === 'done' && Number(document.body.dataset.drawn) > 25));
    await inThemes('graph');
    await step('a search in it', () => drawn.locator('#search').fill('tid'), async () => /^Search/.test(await drawn.locator('#details').innerText()));
    await step('which opens a note', () => drawn.locator('#search').press('Enter'), async () => /^tid/.test(await tab()));
    await stop();
  }

  /** The graph of a large vault. */
  async function large() {
    const first = fs.readdirSync(vault, { recursive: true }).filter(name => name.endsWith('.md')).sort()[0];
    await page.setViewportSize({ width: 1500, height: 800 });
    const began = performance.now();
    await open(first);
    await keys.press('Control+b');
    await until(async () => /\d notes/.test(await status()));
    console.log(`the vault is read ${Math.round(performance.now() - began)} ms after opening the window`);
    await command('Slugline: Show Graph of Notes');
    const drawn = await frame('#graph canvas');
    await until(() => drawn.evaluate(() => document.body.dataset.layout === 'done'));
    await picture('around');
    const asked = performance.now();
    await drawn.locator('#scope').selectOption('');
    await until(() => drawn.evaluate(() => Number(document.body.dataset.drawn) > 5_000));
    console.log(`all of it is drawn after ${Math.round(performance.now() - asked)} ms: ${await drawn.locator('#count').innerText()}`);
    await picture('first');
    await until(() => drawn.evaluate(() => document.body.dataset.layout === 'done'), 300_000);
    console.log(`and at rest after ${Math.round(performance.now() - asked)} ms`);
    await picture('rest');
    await drawn.locator('#search').fill('re');
    await picture('search');
    await check('the large graph is drawn', Number(await drawn.evaluate(() => document.body.dataset.drawn)) > 5_000);
  }

  /** Keeps what Chromium shows as pictures until it is told to stop. */
  async function film() {
    const folder = path.join(OUT, 'frames');
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    const chromium = await page.context().newCDPSession(page);
    chromium.on('Page.screencastFrame', ({ data, sessionId, metadata }) => {
      fs.writeFileSync(path.join(folder, `${metadata.timestamp.toFixed(3)}.jpg`), Buffer.from(data, 'base64'));
      chromium.send('Page.screencastFrameAck', { sessionId }).catch(() => {});
    });
    await chromium.send('Page.startScreencast', { format: 'jpeg', quality: 80, maxWidth: 1200, maxHeight: 750 });
    return () => chromium.send('Page.stopScreencast');
  }
});
