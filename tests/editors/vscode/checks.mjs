// slugline in a real VS Code, as a person uses it. tests/editors/vscode/run starts this.
import fs from 'node:fs';
import path from 'node:path';
import { again, check, part, session, until } from './window.mjs';

const { SLUGLINE, SEEDS } = process.env;
const BULGE = 'tidewise/tidal_bulge.md';
const DRAFT = 'drafts/next_notes.md';

/** How VS Code draws what seeds/README.txt lists; a code that is not here is a warning. */
const SEVERITIES = {
  'front-matter': 'error',
  'ambiguous-link': 'info',
  'duplicate-slug': 'info',
  'fenced-note': 'info',
  'inexact-link': 'hint',
  'bare-timestamp': 'hint',
  'unknown-code': 'hint',
  'unsupported-claim': 'hint',
};

session(async window => {
  const { page, asked, vault, home, open, workspace, machine, keys, input, texts, escape, picture } = window;
  const { must, brings, click, ask, accept, command, answer, note, place, cursor, line, tab, status, frame, framed } = window;
  const disk = file => path.join(vault, file);
  const read = file => fs.readFileSync(disk(file), 'utf8');
  const squiggles = () => page.locator('.monaco-editor .squiggly-warning').count();
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  const eventually = async (name, ask, seen = ask) => check(name, await until(ask), await (async () => seen())().catch(String));

  /** What was planted in a note, as `line code`. */
  const planted = file =>
    [...read('README.txt').matchAll(/^([a-z-]+) +(\S.*?):(\d+) {2}/gm)]
      .filter(([, , where]) => where === file)
      .map(([, code, , line]) => ({ code, line: +line, severity: SEVERITIES[code] ?? 'warning' }));

  /** Saves the note until what is on the disk is as wanted: what was asked for may take its time to get into the note. */
  const saved = (name, file, wanted) =>
    eventually(name, () => onDisk(file, wanted), async () => read(file));
  const onDisk = async (file, wanted) => {
    await keys.press('Control+s');
    return until(async () => wanted(read(file)), 500);
  };
  const revert = async () => {
    const reverted = await again(async patience => {
      await command('File: Revert File');
      await page.locator('.tab.active.dirty').waitFor({ state: 'detached', timeout: patience });
      return true;
    });
    must(reverted, 'the note is still changed');
  };
  /** Sets the theme until the window has it. */
  const theme = async (settings, mark) => {
    const set = await again(async patience => {
      workspace(settings);
      await page.locator(`.monaco-workbench.${mark}`).waitFor({ timeout: patience });
      return true;
    });
    must(set, `the theme is not ${mark}`);
  };

  /** What the hovers say, asked for until one of them has what is `wanted`. */
  const hover = async (file, words, plus, wanted) => {
    await place(file, words, plus);
    const shown = () => texts('.monaco-hover:not(.hidden) .hover-contents');
    return again(async patience => {
      await away();
      await command('Show or Focus Hover');
      // What comes from VS Code itself may be there first.
      return (await until(async () => (await shown()).some(text => wanted.test(text)) && shown(), patience));
    }).then(async found => found ?? (await shown()));
  };
  /** A picture without what the mouse happens to be over. */
  const tidy = async name => {
    const { width, height } = page.viewportSize();
    await again(async patience => {
      await page.mouse.move(width * 0.3, height / 2);
      await page.mouse.move(width * 0.3, height - 6); // where the status bar is empty
      await page.locator('.workbench-hover').first().waitFor({ state: 'hidden', timeout: patience });
      return true;
    });
    await picture(name);
  };
  const away = () => escape('.monaco-hover:not(.hidden) .hover-contents');
  /** Follows a link by its key until it has led where it should. */
  const jump = (file, words, plus, landed) =>
    again(async patience => {
      await place(file, words, plus);
      await keys.press('F12');
      return until(landed, patience);
    });
  /** The color of a part of a note, which is where `words` are. */
  const color = async (file, words, part, plus = 0) => {
    const word = page.locator('.monaco-editor.focused .view-line span:not(:has(span))', { hasText: part }).first();
    return again(async patience => {
      await place(file, words, plus);
      return word.evaluate(span => getComputedStyle(span).color, null, { timeout: patience });
    });
  };
  const suggestions = () => texts('.suggest-widget.visible .monaco-list-row .label-name');
  /** Whether Enter would take it. */
  const selected = title => async () => same(await texts('.suggest-widget.visible .monaco-list-row.focused .label-name'), [title]);
  /** Opens the menu of quick fixes with this one in it; before the diagnostics are there, it is another or none. */
  const fix = title =>
    again(async patience => {
      await keys.press('Control+.');
      const found = page.locator('.action-widget .monaco-list-row', { hasText: title }).first();
      return found.waitFor({ timeout: patience }).then(() => true, () => escape('.action-widget').then(() => false));
    });
  const take = title => click(page.locator('.action-widget .monaco-list-row', { hasText: title }).first(), () => fix(title));
  /** Presses a button of a notification, which is in the list of all when it has been there for some time. */
  const press = text =>
    click(
      page.locator('.notifications-toasts .monaco-button, .notifications-center .monaco-button', { hasText: text }).first(),
      () => command('Notifications: Show Notifications'),
    );
  const toast = () => texts('.notifications-toasts .notification-list-item');

  // The workspace tries to name a program of its own.
  workspace({ 'slugline.server.path': '/bin/false' });

  await open(BULGE);
  await keys.press('Control+b'); // no explorer
  await place(BULGE, '[[spring_and_neap_tide |');
  await eventually('a squiggle under the broken link', async () => (await squiggles()) === 1, squiggles);
  await eventually('the status bar counts the notes', async () => /30 notes/.test(await status()), status);
  const servers = () =>
    fs.readdirSync('/proc').filter(pid => /^\d+$/.test(pid)).flatMap(pid => {
      try {
        const line = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        const ours = fs.readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`HOME=${home}\0`);
        return ours && line.at(-2) === 'lsp' ? [{ pid: +pid, line: line.slice(0, -2).join(' ') }] : [];
      } catch {
        return []; // another's, or gone
      }
    });
  await check('a workspace cannot name the server', servers().length > 0 && !servers().some(({ line }) => line.includes('/bin/false')), servers());

  const all = {
    mistakes, concealed, colors, hovers, hostileTitle, fixing, jumps, completion, cues, twice, missing, newNotes, disks, settings, palette, serverCommands, insertsTimestamp, writing, wholeVault, views, source, watch, graph, preview, across, programs, folders,
  };
  for (const name of process.env.ONLY?.split(' ') ?? Object.keys(all)) {
    await part(name, all[name], calm);
  }

  /** What a part begins with, whatever one that was broken off has left behind: the notes as they were, and nothing open. */
  async function calm() {
    await keys.up('Control');
    for (const open of ['.quick-input-widget:not(.hidden)', '.monaco-dialog-box', '.action-widget', '.rename-box', '.suggest-widget.visible']) {
      await escape(open);
    }
    // A refactoring that is shown before it is done.
    const discard = page.locator('.bulk-edit-panel .monaco-button', { hasText: 'Discard' });
    (await discard.isVisible()) && (await click(discard));
    const closed = await again(async patience => {
      await command('View: Revert and Close Editor');
      return until(async () => (await page.locator('.tab').count()) === 0, Math.min(patience, 500));
    });
    must(closed, 'editors do not close');
    (await page.locator('.part.panel').isVisible()) && (await command('View: Hide Panel'));
    (await page.locator('.part.sidebar').isVisible()) && (await command('View: Toggle Primary Side Bar Visibility'));
    await command('Notifications: Clear All Notifications');
    for (const name of fs.readdirSync(vault, { recursive: true })) {
      fs.existsSync(path.join(SEEDS, name)) || fs.rmSync(disk(name), { recursive: true, force: true });
    }
    fs.cpSync(SEEDS, vault, { recursive: true });
    workspace({});
    machine({ 'slugline.server.path': SLUGLINE });
    await page.setViewportSize({ width: 900, height: 500 });
    await place(BULGE, '[[spring_and_neap_tide |');
  }

  /** Goes to the first row of a view, by keys alone; its text. */
  async function first(view) {
    const pane = `.pane:has(.pane-header[aria-label^="${view}"])`;
    const row = page.locator(`${pane} .monaco-list-row.focused`).first();
    return again(async patience => {
      await command(`Notes: Focus on ${view} View`);
      await page.locator(`${pane} .monaco-list:focus`).waitFor({ timeout: patience });
      await keys.press('Home');
      return (await row.locator('.label-name').first().innerText({ timeout: patience })).trim();
    });
  }

  async function views() {
    await page.setViewportSize({ width: 1200, height: 900 });
    await note('tidewise/tidewise.md');
    await command('View: Show Notes');
    const rows = name => texts(`.pane:has(.pane-header[aria-label^="${name}"]) .monaco-list-row`);
    const backlinks = async () => (await rows('Backlinks')).join('\n');
    await eventually('the view of backlinks has the notes that link here, and their lines', async () =>
      /^fresnel_lens/m.test(await backlinks()) && /From: \[\[tidewise/.test(await backlinks()), backlinks);
    await note('slowmachines/slowmachines.md');
    await eventually('it follows the editor', async () => /^governor/m.test(await backlinks()) && !/^fresnel_lens/m.test(await backlinks()), backlinks);
    const unresolved = () => rows('Unresolved Names');
    await eventually('names that no note has are listed', async () => (await unresolved()).some(row => row.startsWith('spring_and_neap_tide')), unresolved);
    const tags = () => rows('Tags');
    await eventually('tags are listed with the number of their notes', async () => (await tags()).some(row => /^#\w+\n?\s*\d+$/.test(row)), tags);
    // All of it by the keyboard alone: into the list, to the first place, and there.
    /** The menu of the row that has the focus. */
    const menu = async title => {
      const found = await again(async patience => {
        await keys.press('Shift+F10');
        return page.locator('.monaco-menu .action-label', { hasText: title }).first().waitFor({ timeout: patience }).then(() => true);
      });
      await keys.press('Escape');
      return found;
    };
    await first('Tags');
    await check('the menu of a tag renames it', await menu('Rename Tag'));
    const mentioning = 'tidewise/of_bulges.md';
    fs.writeFileSync(disk(mentioning), 'Words about the tidal bulge that link to nothing.\n');
    await note(BULGE);
    await until(async () => (await rows('Backlinks')).some(row => row.startsWith('Unlinked mentions')));
    await again(async patience => {
      await first('Backlinks');
      await keys.press('End');
      await keys.press('ArrowRight');
      return until(async () => (await rows('Backlinks')).some(row => row.startsWith('of_bulges')), patience);
    });
    await check('below the backlinks are the mentions without a link', (await backlinks()).includes('of_bulges'), await backlinks());
    await picture('mentions');
    fs.rmSync(disk(mentioning));
    await note('slowmachines/slowmachines.md');
    await until(async () => /^governor/m.test(await backlinks()));
    const backlink = await again(async patience => {
      await first('Backlinks');
      await keys.press('ArrowDown');
      await keys.press('Enter');
      return until(async () => (await line()).includes('slowmachines'), patience);
    });
    await check('Enter on a backlink goes to its line', backlink, await line().catch(String));
    const name = await first('Unresolved Names');
    await check('the menu of a name makes its note', await menu('Create Note'));
    await keys.press('ArrowRight');
    await eventually('under a name stand the links that have it', async () => (await unresolved()).some(row => row.includes(`[[${name}`)), unresolved);
    await keys.press('ArrowDown');
    await keys.press('ArrowDown');
    await keys.press('Enter');
    await eventually('Enter goes to one', async () => (await line()).includes(name), line);
    await command('View: Toggle Primary Side Bar Visibility');
  }

  /** The moments of the note's video, and the notes that cite them. */
  async function source() {
    await page.setViewportSize({ width: 1200, height: 900 });
    await command('View: Close All Editors');
    await note('slowmachines/governor.md');
    await command('View: Show Notes');
    const pane = '.pane:has(.pane-header[aria-label^="Source"])';
    const rows = () => texts(`${pane} .monaco-list-row`);
    const shown = () => page.locator(pane).innerText({ timeout: 500 });
    await eventually('a note without a video is told so', async () => /has no video/.test(await shown()), shown);
    await note(BULGE);
    await eventually('the view of the video lists the moments that notes cite, with what is said then', async () =>
      (await rows()).some(row => /^1:12\s+the near side of the earth\s*tidal_bulge/.test(row)), rows);
    await place(BULGE, 'title:');
    await tidy('views');
    const time = (await first('Source')).split(/\s/)[0].padStart(5, '0');
    await keys.press('ArrowRight');
    await eventually('under a moment stand the notes that cite it', async () => (await rows()).length > 1 && /^\w+\n?.*\[/s.test((await rows())[1]), rows);
    await keys.press('ArrowDown');
    await keys.press('Enter');
    await eventually('Enter goes to the citation', async () => (await line()).includes(time), async () => [time, await line()]);
    await command('View: Toggle Primary Side Bar Visibility');
    await command('View: Close All Editors');
  }

  /** The panel that plays the note's video. */
  async function watch() {
    await page.setViewportSize({ width: 1500, height: 900 });
    const captions = await framed('#captions .cue', async () => {
      await place(BULGE, '[00:04:32]', 4);
      await command('Slugline: Watch This Video');
    });
    const address = async () => captions.locator('iframe').getAttribute('src', { timeout: 500 });
    const embed = second => `https://www.youtube-nocookie.com/embed/twD4yMo0n-1?start=${second}&enablejsapi=1`;
    await eventually('the video plays at the moment of the cursor, without cookies', async () => (await address()) === embed(272) && asked.has(embed(272)), address);
    const current = () => captions.locator('.cue.current').evaluate(row => [row.className, row.innerText], null, { timeout: 500 });
    await eventually('what is said then is marked as cited', async () => /cited/.test((await current())[0]) && /^4:3\d/.test((await current())[1]), current);
    const notice = () => captions.locator('#notice').innerText({ timeout: 500 });
    await eventually('and it says that the player does not load', async () => /does not answer: there may be no network/.test(await notice()), notice);
    await picture('watch');
    await place(BULGE, '[00:02:05]', 4);
    await eventually('the player follows the cursor', async () => (await address()) === embed(125), address);

    // One that tells its time and goes where it is told, as YouTube's does.
    const answering = `<script>
      let time = +new URLSearchParams(location.search).get('start');
      addEventListener('message', ({ data }) => {
        const { func, args } = JSON.parse(data);
        time = func === 'seekTo' ? args[0] : time;
        parent.postMessage(JSON.stringify({ event: 'infoDelivery', info: { currentTime: time } }), '*');
      });
    </script>`;
    const player = 'https://www.youtube-nocookie.com/**';
    await page.context().route(player, route => route.fulfill({ contentType: 'text/html', body: answering }));
    await place(BULGE, '[00:06:20]', 4);
    await eventually('a player that answers is not complained of', async () => (await address()) === embed(380) && !(await notice()), notice);
    await command('View: Show Notes');
    const moment = page.locator('.pane:has(.pane-header[aria-label^="Source"]) .monaco-list-row', { hasText: '1:12' }).first();
    await again(async patience => {
      await moment.hover({ timeout: patience });
      await moment.locator('[aria-label="Play This Moment"]').click({ timeout: patience });
      return until(async () => /^1:12/.test((await current())[1]), patience);
    });
    await eventually('a moment of the view plays in the panel, without loading it again', async () =>
      /^1:12/.test((await current())[1]) && (await address()) === embed(380), current);
    await command('View: Toggle Primary Side Bar Visibility');
    const now = async () => {
      await place(BULGE, '#astronomy/moon');
      await command('Slugline: Insert Timestamp of Now');
    };
    await now();
    const tag = time => `<a class="yt-timestamp" data-t="${time}">[${time}]</a>`;
    await eventually('the time of the player is inserted in the form of the note', async () => (await line()).startsWith(tag('00:01:12')), line);
    await revert();
    await page.context().unroute(player);

    // A recording in the vault goes before: five minutes of silence.
    const size = 3000 * 300;
    const wave = Buffer.alloc(44 + size, 128);
    wave.write('RIFF____WAVEfmt ', 0, 'latin1');
    [[4, 36 + size], [16, 16], [20, 0x10001], [24, 3000], [28, 3000], [32, 0x80001], [40, size]].forEach(([at, value]) => wave.writeUInt32LE(value, at));
    wave.write('data', 36, 'latin1');
    const recording = disk('attachments/Tides [twD4yMo0n-1].wav');
    fs.writeFileSync(recording, wave);
    const sound = await again(async patience => {
      await place(BULGE, '[00:04:32]', 4);
      await command('Slugline: Watch This Video');
      return until(async () => (await frame('#captions .cue', patience)).locator('audio').evaluate(audio => audio.currentTime === 272, null, { timeout: 500 }), patience);
    });
    await check('a recording in the vault plays at the moment of the cursor', sound, await texts('.tab'));
    await now();
    await eventually('and its time is inserted', async () => (await line()).startsWith(tag('00:04:32')), line);
    await picture('watch-recording');
    await revert();
    fs.rmSync(recording);
    await command('View: Close All Editors');
  }

  async function graph() {
    await page.setViewportSize({ width: 1600, height: 900 });
    await command('View: Close All Editors');
    await note('tidewise/tidewise.md');
    const drawn = await framed('#graph canvas', () => command('Slugline: Show Graph of Notes'));
    const count = () => drawn.locator('#count').innerText({ timeout: 500 });
    await eventually('the graph draws what is around the note', async () => /^[1-9]\d* notes, [1-9]/.test(await count()), count);
    const details = () => drawn.locator('#details').innerText({ timeout: 500 });
    await eventually('it says which note that is', async () => /tidewise\/tidewise\.md/.test(await details()), details);
    await drawn.locator('#scope').selectOption('');
    await eventually('and draws the whole vault', async () => /^3\d notes/.test(await count()), count);
    await until(() => drawn.evaluate(() => document.body.dataset.layout === 'done'));
    await tidy('graph');
    const active = () => drawn.evaluate(() => document.hasFocus() && (document.activeElement.id || document.activeElement.title));
    const searching = await again(async patience => {
      await command('Slugline: Show Graph of Notes');
      return until(async () => (await active()) === 'search', patience);
    });
    await check('asked for again, its search has the focus', searching, await active());
    await keys.type('bulge');
    await keys.press('ArrowDown');
    await eventually('from which a key leads to what was found', async () => /tidal_bulge\.md$/.test(await active()), active);
    await keys.press('Enter');
    await eventually('a note that was searched for opens', async () => (await tab()) === 'tidal_bulge.md', tab);
    await note('slowmachines/governor.md');
    await eventually('the graph follows the editor', async () => /slowmachines\/governor\.md/.test(await details()), details);
    await command('View: Close All Editors');
  }

  async function preview() {
    await page.setViewportSize({ width: 1200, height: 700 });
    const shown = await framed('.slugline-missing', async () => {
      await place(BULGE, 'title:');
      await command('Markdown: Open Preview');
    }).catch(() => undefined);
    await check('the preview shows what the server makes of links', shown !== undefined, page.frames().map(frame => frame.url().slice(0, 80)));
    const missing = async () => (await frame('.slugline-missing')).locator('.slugline-missing').first().innerText({ timeout: 500 });
    await eventually('the preview marks a broken link', async () => /spring/.test(await missing()), missing);
    const time = async () => (await frame('.slugline-timestamp')).locator('.slugline-timestamp').first().getAttribute('href', { timeout: 500 });
    await eventually('and opens a timestamp in its video', async () => /^https:\/\/www\.youtube\.com\/watch\?v=.*&t=\d+s$/.test(await time()), time);
    await tidy('preview');
    // It may be drawn anew at this moment.
    await again(async patience => {
      await (await frame('a.slugline-link')).locator('a.slugline-link').first().click({ timeout: patience });
      return true;
    });
    await eventually('a link leads to its note', async () => (await tab()) !== 'tidal_bulge.md' && !/^Preview tidal_bulge/.test(await tab()), tab);
    await command('View: Close All Editors');
  }

  async function mistakes() {
    const notes = [
      BULGE, 'index.md', 'slowmachines/governor.md', 'slowmachines/stirling_engine.md',
      'tidewise/lighthouse_characteristics.md', 'plainnumbers/logarithms.md', 'tidewise/fairway_buoys.md',
    ];
    await page.setViewportSize({ width: 1000, height: 1500 });
    for (const file of notes) {
      await note(file);
      const expected = [...new Set(planted(file).map(({ severity }) => severity))].sort();
      const drawn = async () => {
        const kinds = ['error', 'hint', 'info', 'warning'];
        const counts = await Promise.all(kinds.map(kind => page.locator(`.monaco-editor .squiggly-${kind}`).count()));
        return kinds.filter((_, at) => counts[at] > 0);
      };
      await eventually(`squiggles of ${file}`, async () => expected.length > 0 && same(await drawn(), expected), drawn);
    }
    await command('Problems: Focus on Problems View');
    await command('View: Toggle Maximized Panel');
    // VS Code lists no hints.
    const expected = notes
      .flatMap(planted)
      .filter(({ severity }) => severity !== 'hint')
      .map(({ code, line }) => `${line} ${code}`)
      .sort();
    const listed = async () =>
      (await texts('.markers-panel .monaco-list-row'))
        .flatMap(text => /slugline\s+([a-z-]+)\s+\[Ln (\d+)/.exec(text) ?? [])
        .flatMap((part, at, all) => (at % 3 === 2 ? [`${part} ${all[at - 1]}`] : []))
        .sort();
    await eventually('the Problems panel lists the same', async () => same(await listed(), expected), async () => [await listed(), expected]);
    await command('View: Toggle Maximized Panel');
    await command('View: Hide Panel');
    await command('View: Close All Editors');
    await page.setViewportSize({ width: 900, height: 500 });
  }

  /** Timestamps as their labels alone, but where the cursor is. */
  async function concealed() {
    const before = read(BULGE);
    const prose = async () => (await texts('.monaco-editor.focused .view-line')).join('\n');
    const is = (shown, hidden) => async () => {
      const text = await prose();
      return shown.every(words => text.includes(words)) && !hidden.some(words => text.includes(words));
    };
    const labels = ['[00:01:12]', '[00:04:32]', '[00:06:20]'];
    // The whole note is in view.
    await page.setViewportSize({ width: 900, height: 1000 });
    await place(BULGE, '## What the picture');
    await eventually('timestamps are shown as their labels alone', is(labels, ['data-t', 'yt-timestamp', '</a>']), prose);
    await picture('concealed');
    await place(BULGE, '[00:02:05]');
    await eventually('but on the line of the cursor', is([...labels, 'data-t="00:02:05"'], ['data-t="00:01:12"', 'data-t="00:06:20"']), prose);
    await picture('concealed-cursor');
    await keys.press('Control+Shift+Home');
    await eventually('and on those of a selection', is(['data-t="00:02:05"', 'data-t="00:01:12"'], ['data-t="00:06:20"']), prose);
    await place(BULGE, '## What the picture');
    await eventually('a line that is left hides them again', is(labels, ['data-t']), prose);
    const url = 'https://www.youtube.com/watch?v=twD4yMo0n-1&t=100s';
    const tabs = () => page.locator('.tab').evaluateAll(all => all.map(tab => tab.dataset.resourceName));
    const opensVideo = async (name, point, linger) => {
      asked.delete(url);
      const opened = await again(async patience => {
        // A line that moved under the mouse has led to the captions: the click was on the tag before the label.
        (await tab()).endsWith('.vtt') && (await command('View: Close Editor'));
        await point(patience);
        await keys.down('Control');
        // It is underlined as a link once it is known where it leads.
        linger && (await page.locator('.monaco-editor.focused .detected-link-active').first().waitFor({ timeout: patience }).catch(() => {}));
        await page.mouse.down();
        await page.mouse.up();
        await keys.up('Control');
        // In a folder that is trusted, VS Code does not ask whether it may.
        return until(async () => asked.has(url), patience);
      }, 40_000);
      await check(name, opened, [[...asked], await texts('.monaco-dialog-box'), await toast()]);
      for (const other of page.context().pages().slice(1)) {
        await other.close();
      }
      await check(`${name}: no captions beside it`, !(await tabs()).some(name => name.endsWith('.vtt')), await tabs());
    };
    const label = page.locator('.monaco-editor.focused .detected-link', { hasText: '00:01:40' }).first();
    const atLabel = patience => label.hover({ timeout: patience });
    const atCursor = async patience => {
      const { x, y, height } = await page.locator('.monaco-editor.focused .cursors-layer .cursor').first().boundingBox({ timeout: patience });
      await page.mouse.move(x + 2, y + height / 2);
    };
    await opensVideo('Ctrl+click on a label opens the video at its second', atLabel, true);
    await opensVideo('and once more where the cursor is', atCursor, true);
    await place(BULGE, '## What the picture');
    await eventually('a line that is left once more hides them', is(labels, ['data-t']), prose);
    await opensVideo('and in haste', atLabel, false);
    await check('which F12 leads to, however soon', await jump(BULGE, '[00:01:40]', 4, async () => (await tab()).endsWith('.vtt')), await tab());
    await command('View: Close Editor');
    await place(BULGE, '## What the picture');
    await keys.press('Control+End');
    await keys.type(' <a class="yt-timestamp" data-t="00:08:08">[00:08:08]</a>');
    await keys.press('Control+Home');
    await eventually('one that was typed as well', is(['[00:08:08]'], ['data-t']), prose);
    await revert();
    await place(BULGE, '## What the picture');
    workspace({ 'slugline.concealTimestamps': false });
    await eventually('unless the setting says otherwise', is(['data-t="00:01:12"', 'data-t="00:06:20"'], []), prose);
    workspace({});
    await eventually('as it does by default', is(labels, ['data-t']), prose);
    await command('Slugline: Toggle Concealed Timestamps');
    await eventually('the command shows them', is(['data-t="00:01:12"'], []), prose);
    await command('Slugline: Toggle Concealed Timestamps');
    await eventually('and hides them', is(labels, ['data-t']), prose);
    await place('tidewise/harrisons_sea_clocks.md', '## The fourth clock');
    await eventually('what has a diagnostic is shown as it is', is(['[00:08:14]', 'data-t="00:21:10"'], ['data-t="00:08:14"']), prose);
    await place(BULGE, '## What the picture');
    for (const [of, mark, name] of [['Default Light Modern', 'vs', 'light'], ['Default High Contrast', 'hc-black', 'contrast']]) {
      await theme({ 'workbench.colorTheme': of }, mark);
      await eventually(`and in the theme ${of}`, is(labels, ['data-t']), prose);
      await picture(`concealed-${name}`);
    }
    await theme({}, 'vs-dark');
    await check('no byte of the note is another', read(BULGE) === before && (await page.locator('.tab.dirty').count()) === 0, read(BULGE));
    await page.setViewportSize({ width: 900, height: 500 });
  }

  /** Links and timestamps as the eye sees them. */
  async function colors() {
    const links = async () => [await color(BULGE, '[[spring_and_neap_tide |', 'spring_and_neap_tide'), await color(BULGE, '[[resonance]]', 'resonance')];
    await eventually('a broken link has another color than a good one', async () => new Set(await links()).size === 2, links);
    await theme({ 'workbench.colorTheme': 'Default Light Modern', 'slugline.concealTimestamps': false }, 'vs');
    const loud = async () => [
      await color(BULGE, '<a class="yt-timestamp" data-t="00:04:32"', 'yt-timestamp'),
      await color(BULGE, '## ', 'bulges'),
      await color(BULGE, '[00:04:32]', '[00:04:32]'),
    ];
    await eventually('the HTML of a timestamp has neither the color of a heading nor that of its time in the light theme',
      async () => new Set(await loud()).size === 3, loud);
    await picture('light-theme');
    await theme({}, 'vs-dark');
  }

  async function hovers() {
    const aNote = await hover('tidewise/tide_prediction.md', '[[fourier_series', 5, /Fourier series/);
    await check('one hover of a note', aNote.length === 1 && /Fourier series.*Plain Numbers/s.test(aNote[0]), aNote);
    await picture('hover-note');
    await away();

    await command('View: Close All Editors');
    await page.setViewportSize({ width: 900, height: 620 }); // all of it is seen
    const moment = await hover(BULGE, '[00:04:32]', 4, /Why the sea/);
    const ours = moment.filter(text => /Why the sea rises twice a day[^]*4:32[^]*Spring and neap tides/.test(text));
    // VS Code's own line says how to open the link.
    await check('one hover of a timestamp', ours.length === 1 && moment.length <= 2, moment);
    await picture('hover-timestamp');
    const link = page.locator('.monaco-hover:not(.hidden) .hover-contents a', { hasText: 'Spring and neap tides' }).first();
    // One that went while its picture was taken is shown again.
    await again(async patience => {
      (await link.isVisible()) || (await hover(BULGE, '[00:04:32]', 4, /Why the sea/));
      await link.click({ timeout: patience });
      return true;
    });
    await eventually('a link of the hover opens its note', async () => (await tab()) === 'spring_and_neap_tides.md', tab);
    await page.setViewportSize({ width: 900, height: 500 });
    await note(BULGE);

    const markdown = await hover('plainnumbers/benfords_law.md', '(Zipfs', 4, /older note/);
    await check('one hover of a markdown link', markdown.filter(text => /older note/.test(text)).length === 1 && markdown.length <= 2, markdown);
    await away();
  }

  /** A title that would be more than text is shown as it is. */
  async function hostileTitle() {
    const title = '![](https://evil.example/p.png) [Impact](command:workbench.action.terminal.new) $(alert)';
    fs.writeFileSync(disk('hostile.md'), `---\ntitle: '${title}'\n---\n`);
    fs.writeFileSync(disk('asks.md'), '[[hostile]]\n');
    await eventually('notes that came are counted', async () => /32 notes/.test(await status()), status);
    await hover('asks.md', '[[hostile', 4, /Impact/);
    const shown = await texts('.monaco-hover:not(.hidden) .hover-contents');
    await check('a hostile title is shown as it is', shown.some(text => text.startsWith(title)), shown);
    const contents = page.locator('.monaco-hover:not(.hidden) .hover-contents');
    const links = await contents.locator('a').evaluateAll(all => all.map(link => link.dataset.href ?? link.href));
    const meant = new RegExp(`^(file|vscode-remote)://[^/]*${vault}/hostile.md$`);
    await check('and is a link to its note alone', links.length > 0 && links.every(link => meant.test(link)), links);
    const live = await contents.locator('img, [class*="codicon"]').evaluateAll(all => all.map(element => element.outerHTML));
    await check('without a picture or an icon', live.length === 0, live);
    await check('nothing is asked of its address', ![...asked].some(url => url.includes('evil.example')), [...asked]);
    await away();
    ['hostile.md', 'asks.md'].forEach(file => fs.rmSync(disk(file)));
    await command('View: Close All Editors');
    await note(BULGE);
    await eventually('notes that went are not', async () => /30 notes/.test(await status()), status);
  }

  async function fixing() {
    await command('View: Close All Editors');
    await place(BULGE, '[[spring_and_neap_tide |', 8);
    await fix('spring_and_neap_tides');
    await picture('quick-fix');
    await take('Change to');
    await saved('"did you mean" fixes the link', BULGE, text => text.includes('[[spring_and_neap_tides | spring and neap tides]]'));
    await eventually('and the squiggle is gone', async () => (await squiggles()) === 0, squiggles);
    await keys.press('Control+z');
    await saved('undone', BULGE, text => text.includes('[[spring_and_neap_tide | '));
    await eventually('and the squiggle is back', async () => (await squiggles()) === 1, squiggles);
    await place(BULGE, '[[spring_and_neap_tide |', '[[spring_and_neap_tide'.length);
    await keys.type('s');
    await eventually('gone when it is fixed by hand', async () => (await squiggles()) === 0, squiggles);
    await revert();
    await eventually('and back on reverting', async () => (await squiggles()) === 1, squiggles);
  }

  async function jumps() {
    const one = async (file, words, to, at) => {
      const landed = async () => `${await tab()} ${await cursor()}`;
      const found = await jump(file, words, 5, async () => (await landed()) === `${to} Ln ${at[0]}, Col ${at[1]}`);
      await check(`F12 on ${words}`, found, await landed());
      await check('and nothing to choose from', (await page.locator('.peekview-widget').count()) === 0, await texts('.ref-tree .monaco-list-row'));
    };
    await one('index.md', '[[tide_prediction]]', 'tide_prediction.md', [2, 8]);
    await one('tidewise/spring_and_neap_tides.md', '[[tidal_bulge#Two', 'tidal_bulge.md', [11, 1]);
    await one('tidewise/harrisons_sea_clocks.md', '(../slowmachines/escapement.md#', 'escapement.md', [13, 1]);
    await one('plainnumbers/benfords_law.md', '(Zipfs', 'Zipfs Law.md', [2, 8]);
    await one('index.md', '[[resonance]]', 'resonance.md', [2, 8]);
    await place('index.md', '[[resonance]]', 4);
    await command('Go to Implementations');
    const choice = () => texts('.peekview-widget .ref-tree .monaco-list-row');
    await eventually('the implementations of an ambiguous link are both notes', async () => (await choice()).length >= 2, choice);
    await escape('.peekview-widget');

    await place(BULGE, '[00:04:32]', 4);
    await command('Open Link');
    const url = 'https://www.youtube.com/watch?v=twD4yMo0n-1&t=272s';
    await eventually('a timestamp is a link to its video', async () => asked.has(url), async () => [...asked]);
    for (const other of page.context().pages().slice(1)) {
      await other.close();
    }
  }

  async function completion() {
    await command('View: Close All Editors');
    const end = async () => {
      await note(DRAFT);
      await keys.press('Control+End');
    };
    const last = text => text.trimEnd().split('\n').at(-1);
    for (const brackets of ['languageDefined', 'never']) {
      workspace({ 'editor.autoClosingBrackets': brackets });
      await end();
      const closed = brackets !== 'never';
      const before = read(DRAFT);
      /** Types what begins a link. VS Code closes its brackets as the setting says once that has come through to the line. */
      const begin = async words => {
        await again(async patience => {
          await keys.type(words);
          const typed = closed ? `${words}]]` : words;
          if (await until(async () => (await line()) === typed, patience)) {
            return true;
          }
          await empty();
          return false;
        });
      };
      const empty = () =>
        again(async patience => {
          await keys.press('Escape'); // the list of suggestions
          await keys.press('End');
          await keys.press('Shift+Home');
          await keys.press('Backspace');
          return until(async () => (await line()) === '', patience);
        });
      const removed = () => until(() => onDisk(DRAFT, text => text.trimEnd() === before.trimEnd()));
      await begin('- see [[');
      await keys.type('tide');
      if (closed) {
        // Which of them is first depends on what was typed when the server was asked.
        await until(async () => {
          const found = await selected('Tide prediction')();
          found || ((await suggestions()).includes('Tide prediction') && (await keys.press('ArrowDown')));
          return found;
        });
        const details = page.locator('.suggest-details', { hasText: 'A tide table is a sum of waves' });
        await again(async patience => {
          await keys.press('Control+Space'); // with the note beside it
          return details.waitFor({ timeout: patience }).then(() => true);
        });
        await page.mouse.move(450, 5); // no row is pointed at
        await picture('completion');
      }
      await keys.type(' pr');
      await eventually(`notes are suggested while one types (auto-closed brackets: ${closed})`,
        selected('Tide prediction'), suggestions);
      // While the list changes, rows of the last one may still be there; what is offered twice stays.
      const once = list => new Set(list).size === list.length;
      await eventually('each once', async () => once(await suggestions()), suggestions);
      await keys.press('Enter');
      await keys.type(' now');
      await saved('the line is as it should be', DRAFT, text => last(text) === '- see [[tide_prediction | Tide prediction]] now');
      await empty();
      await removed();
      // VS Code itself sometimes takes one of the brackets that it has closed away with what is accepted.
      let offered;
      await again(async patience => {
        await begin('[[');
        await keys.type('tidal_bulge#tw');
        offered = await until(selected('Two bulges, not one'));
        await keys.press('Enter');
        await keys.type('!');
        const written = await until(async () => (await line()) === '[[tidal_bulge#Two bulges, not one]]!', patience);
        written || (await empty());
        return written;
      });
      await check('headings are suggested', offered, await suggestions());
      await saved('and written', DRAFT, text => last(text) === '[[tidal_bulge#Two bulges, not one]]!');
      await empty();
      await saved('and removed', DRAFT, text => text.trimEnd() === before.trimEnd());
    }
    workspace({});
  }

  /** A timestamp is found by what was said, blanks typed and all, and written whole. */
  async function cues() {
    const anchor = '<a class="yt-timestamp" data-t="00:06:48">[00:06:48]</a>';
    const fundy = async () => (await suggestions()).some(label => label.includes('the Bay of Fundy swings in about'));
    for (const [typed, what] of [
      ['Then @ts bay of fun', 'by its words'],
      ['Then <a class="yt-timestamp" data-t="00:06:4', 'in an anchor that VS Code has closed the quotes of'],
    ]) {
      const text = read(BULGE).trimEnd().split('\n').at(-1);
      await place(BULGE, text, text.length);
      await keys.press('Enter');
      await keys.type(typed);
      await eventually(`what was said is suggested ${what}`, fundy, suggestions);
      await keys.press('Enter');
      await eventually('and the whole timestamp is written', async () => (await line()) === `Then ${anchor}`, line);
      await revert();
    }
  }

  /** What VS Code's own markdown support knows as well is there once. */
  async function twice() {
    const file = 'tidewise/twice.md';
    fs.writeFileSync(disk(file), '# Twice\n\n[a bulge](tidal_bulge.md#two-bulges-not-one) and [none](gone.md), [[resonance]]\n\n## Once\n\nSea.\n\n## Never\n\nLand.\n');
    await eventually('a note more', async () => /31 notes/.test(await status()), status);
    await command('View: Close All Editors');
    const times = (list, words) => list.filter(text => text.includes(words)).length;
    const plain = list => list.map(text => text.replace(/[#\s]+/g, ' ').trim());

    await place(file, 'Sea.', 'Sea.'.length);
    await keys.type(' The tide');
    await eventually('prose is typed', async () => (await line()) === 'Sea. The tide', line);
    await check('and nothing suggested', (await suggestions()).length === 0, await suggestions());
    await keys.type(' [x](tidal');
    const bulge = list => list.filter(name => /tidal.bulge/i.test(name)).length;
    await eventually('a path of a markdown link is suggested as it is typed', async () => bulge(await suggestions()) === 1, suggestions);
    await escape('.suggest-widget.visible');
    await keys.press('Control+Space');
    await eventually('and once when it is asked for', async () => bulge(await suggestions()) === 1, suggestions);
    await keys.press('Escape');
    await revert();
    await place(file, '[[resonance]]', '[[resonance'.length);
    for (const key of ['Backspace', 'Backspace', 'Backspace', 'Backspace']) {
      await keys.press(key);
    }
    await until(async () => (await line()).includes('[[reson]]'));
    await keys.type('a');
    await eventually('names are suggested in a link that is there', async () => times(await suggestions(), 'Resonance in a bay') === 1, suggestions);
    await keys.press('Escape');
    await revert();

    const rows = () => texts('.quick-input-list .monaco-list-row');
    const names = async () => plain(await texts('.quick-input-list .monaco-list-row .label-name'));
    await command('Go to Symbol in Editor...');
    await eventually('each heading is in the outline once', async () => same(await names(), ['Twice', 'Once', 'Never']), rows);
    await picture('outline');
    await keys.press('Escape');
    must(await again(patience => ask('Control+t', '#bulges', patience).then(() => true)), 'no symbols of the vault are asked for');
    const headings = async () => times(await names(), 'Two bulges, not one');
    await eventually('and in the symbols of the vault', async () => (await headings()) === 1, rows);
    await input.fill('#resonance in a');
    await eventually('which have the titles', async () => times(await names(), 'Resonance in a bay') === 1, rows);
    await keys.press('Escape');

    await place(file, '[none]', 8);
    const links = () => texts('.monaco-editor.focused .detected-link');
    await eventually('a markdown link is one link', async () => times(await links(), 'gone.md') === 1, links);
    const icons = () => page.locator('.monaco-editor.focused .margin .codicon-folding-expanded').count();
    await eventually('each section folds', async () => (await icons()) === 3, icons);

    const problems = () => texts('.markers-panel .monaco-list-row');
    await command('Problems: Focus on Problems View');
    await eventually('a broken markdown link is a problem', async () => times(await problems(), 'broken-link') === 1, problems);
    workspace({ 'markdown.validate.enabled': true });
    await eventually('one as well where VS Code looks for them',
      async () => times(await problems(), '[Ln 3') === 1 && times(await problems(), 'link.no-such-file') === 1, problems);
    await picture('validated');
    workspace({});
    await eventually('and ours again where it does not', async () => times(await problems(), 'broken-link') === 1, problems);
    await command('View: Hide Panel');
    await command('View: Close All Editors');
    fs.rmSync(disk(file));
    await note(BULGE);
  }

  async function missing() {
    const other = 'tidewise/wishes.md';
    fs.writeFileSync(disk(other), '# Wishes\n\nOf the [[tidal_bulgee]] and [[Entirely else]], and of the tidal bulge.\n');
    const links = async () => [await color(other, '[[tidal_bulgee', 'tidal_bu', 3), await color(other, '[[Entirely', 'Entirely', 3)];
    await eventually('a link to a note that nobody has written has another color than a slip', async () => new Set(await links()).size === 2, links);
    await picture('unwritten');
    const asking = words => jump(other, words, 4, async () => (await toast()).some(said => said.includes('No note is named')) && toast());
    const slip = await asking('[[tidal_bulgee');
    await check('a slip that is followed names the note that may be meant', /Did you mean “The tidal bulge”/.test(slip?.[0]), slip);
    await command('Notifications: Clear All Notifications');
    const made = () => fs.readdirSync(disk('tidewise')).find(file => /^entirely.else\.md$/i.test(file));
    await asking('[[Entirely');
    await picture('follow');
    await press('Create');
    await eventually('one that nobody has written is created when it is followed', async () => made() && /^entirely/.test(await tab()), tab);
    // Saved after it was removed, it would be there again.
    await until(async () => read(`tidewise/${made()}`) !== '' && (await page.locator('.tab.dirty').count()) === 0);
    fs.rmSync(disk(`tidewise/${made()}`));

    fs.rmSync(disk(other));
    await command('View: Revert and Close Editor');
    await command('View: Close All Editors');
  }

  async function newNotes() {
    const create = name => answer('Slugline: Create Note…', 'Name of the note', name);
    const made = 'tidewise/spring_and_neap_tide.md';
    await place(BULGE, '[[spring_and_neap_tide |', 8);
    await fix('Create note');
    await take('Create note');
    await eventually('the missing note is created', async () => fs.existsSync(disk(made)), async () => fs.readdirSync(disk('tidewise')));
    await eventually('and shown', async () => (await tab()) === 'spring_and_neap_tide.md', tab);
    await eventually('and saved with its text', async () => /title: Spring and neap tide\n[^]*From: \[\[tidewise\]\]/.test(read(made)), async () => read(made));
    await check('so that nothing is left to save', (await page.locator('.tab.dirty').count()) === 0, await texts('.tab.dirty'));
    // What is open is a note, even when its file is gone.
    await command('View: Close Editor');
    await note(BULGE);
    await eventually('and the squiggle is gone', async () => (await squiggles()) === 0, squiggles);
    const notes = () => fs.readdirSync(vault, { recursive: true }).filter(name => name.endsWith('.md'));
    await eventually('and counted', async () => (await status()).includes('31 notes'), async () => [await status(), notes(), await texts('.tab')]);
    fs.rmSync(disk(made));
    await eventually('the squiggle is back when another program removes the note', async () => (await squiggles()) === 1, squiggles);

    await create('Beaufort scale');
    const name = () => tab();
    await eventually('"Create Note…" opens the new note', async () => /^beaufort.scale\.md$/i.test(await name()), name);
    await eventually('which is beside the one that was open', async () => fs.readdirSync(disk('tidewise')).some(file => /^beaufort.scale\.md$/i.test(file)),
      async () => fs.readdirSync(disk('tidewise')));
    const text = () => read(`tidewise/${fs.readdirSync(disk('tidewise')).find(file => /^beaufort/i.test(file))}`);
    await eventually('and is saved', async () => /Beaufort scale/.test(text()), async () => text());
    await eventually('with the cursor at its end', async () => (await cursor()) === 'Ln 7, Col 1', cursor);
    await keys.type('Twelve winds.');
    await keys.press('Control+s');
    await eventually('where one goes on writing', async () => /Beaufort scale[^]*Twelve winds\.\n?$/.test(text()), async () => text());

    await create('Tide prediction');
    await eventually('a note that is there is opened', async () => (await tab()) === 'tide_prediction.md', tab);

    await create('../../outside');
    await eventually('one outside the vault is refused, with a reason', async () => (await toast()).some(said => /slugline: .*vault/.test(said)), toast);
    await check('and not made', !fs.existsSync(path.join(vault, '../outside.md')), fs.readdirSync(home));
    await command('Notifications: Clear All Notifications');
  }

  async function disks() {
    await note('index.md');
    await eventually('the path of a note is right', async () => (await squiggles()) === 0, squiggles);
    fs.renameSync(disk('slowmachines'), disk('oldmachines'));
    await eventually('a squiggle when another program renames its folder', async () => (await squiggles()) === 1, squiggles);
    fs.renameSync(disk('oldmachines'), disk('slowmachines'));
    await eventually('none when it is renamed back', async () => (await squiggles()) === 0, squiggles);
  }

  async function settings() {
    await note(BULGE);
    await eventually('a broken link is a warning', async () => (await squiggles()) === 1, squiggles);
    workspace({ 'slugline.severity': { 'broken-link': 'off' } });
    await eventually('not when the settings switch it off', async () => (await squiggles()) === 0, squiggles);
    workspace({ 'slugline.severity': { 'broken-link': 'error' } });
    const errors = () => page.locator('.monaco-editor .squiggly-error').count();
    await eventually('an error when they say so', async () => (await errors()) === 1, errors);
    workspace({});
    await eventually('a warning again', async () => (await squiggles()) === 1, squiggles);
    for (const [name, folder] of [['slugline.newNote.folder', 'drafts'], ['slugline.new_note.folder', 'slowmachines']]) {
      workspace({ [name]: folder });
      await place(BULGE, '[[spring_and_neap_tide |', 8);
      await check(`${name} is taken`, await fix(`${folder}/spring_and_neap_tide`), await texts('.action-widget .monaco-list-row'));
      await keys.press('Escape');
    }
    workspace({});

    await command('Preferences: Open Settings (UI)');
    // It takes keys some time after it is shown.
    const query = page.locator('.settings-editor .suggest-input-container .view-line').first();
    const search = words =>
      again(async patience => {
        await query.click({ timeout: patience });
        await keys.press('Control+a');
        await keys.type(words);
        return until(async () => (await query.innerText({ timeout: 500 })).replaceAll('\u00a0', ' ') === words, patience);
      });
    await search('@ext:slugline.slugline max');
    const labels = () => texts('.settings-editor .setting-item-contents .setting-item-label');
    await eventually('its page of settings has names to read', async () => (await labels()).includes('Max File Size'), labels);
    await search('@ext:slugline.slugline severity');
    const form = () => texts('.settings-editor .setting-item-contents .monaco-button');
    await eventually('and a form for severities', async () => (await form()).includes('Add Item'), form);
    await picture('settings');
    await escape('.settings-editor');

    await note(DRAFT);
    await check('what .slugline.toml says still holds', (await squiggles()) === 0, await squiggles());

    const toml = read('.slugline.toml');
    fs.writeFileSync(disk('.slugline.toml'), `${toml}\n[severity]\nbroken-link = "eror"\n`);
    await eventually('a mistake in that file is told', async () => /1 mistake in .slugline.toml/.test(await status()), status);
    await note('.slugline.toml');
    const marks = () => page.locator('.monaco-editor .squiggly-warning, .monaco-editor .squiggly-error').count();
    await eventually('and drawn at its place', async () => (await marks()) === 1, marks);
    fs.writeFileSync(disk('.slugline.toml'), `${toml}\n[severity]\nbroken-link = "error"\n`);
    await note(BULGE);
    await eventually('and what it says is so at once', async () => (await errors()) === 1, errors);
    fs.writeFileSync(disk('.slugline.toml'), toml);
    await eventually('until it says otherwise', async () => (await squiggles()) === 1 && !/mistake/.test(await status()), status);
  }

  async function palette() {
    await page.setViewportSize({ width: 900, height: 1100 }); // so that the list has room
    // The list holds those alone that are in sight.
    const titles = async () => {
      await ask('F1', '>Slugline:', 2000);
      await input.fill('>Slugline: ');
      const seen = new Set();
      for (let page = 0; page < 3; page++) {
        for (const title of await texts('.quick-input-list .monaco-list-row .label-name')) {
          seen.add(title);
        }
        await keys.press('PageDown');
      }
      return [...seen].filter(title => /^slugline:/i.test(title)).sort();
    };
    const expected = [
      'Convert All Markdown Links of the Vault to Wikilinks…', 'Convert All Wikilinks of the Vault to Markdown Links…',
      'Convert Markdown Links of This Note to Wikilinks', 'Convert Wikilinks of This Note to Markdown Links', 'Copy Link to Here',
      'Create Note…', 'Extract Selection to Note', 'Follow Link', 'Insert Link…', 'Insert Timestamp…', 'Insert or Update Table of Contents',
      'New Note from Template…', 'Open Daily Note', 'Open Random Note', 'Open Video', 'Reindex Vault', 'Rename Note…', 'Restart Server', 'Show Backlinks',
      'Show Graph of Notes', 'Show Link Resolution', 'Show Log', 'Show Status Report', 'Show Timeline of This Video', 'Show Vault Statistics', 'Toggle Concealed Timestamps',
      'Watch This Video',
    ].map(title => `Slugline: ${title}`);
    await eventually('the palette has the commands', async () => same(await titles(), expected), titles);
    await page.setViewportSize({ width: 900, height: 500 });

    await note(BULGE);
    await command('Slugline: Show Status Report');
    await eventually('the report is a text', async () => (await tab()) === 'slugline status report.txt', tab);
    const shown = async () => (await texts('.monaco-editor .view-line')).join('\n');
    await eventually('which names the vault', async () => (await shown()).includes(vault), shown);
    await command('Slugline: Show Backlinks');
    await eventually('where no note has the cursor, it is said what to do', async () => (await toast()).some(said => /Open a note and put the cursor into it/.test(said)), toast);
    await command('Notifications: Clear All Notifications');
    await command('View: Close Editor');
    await command('Slugline: Show Log');
    // code-server keeps no logs without a module that is compiled on installing.
    const channel = () => page.locator('.panel .monaco-select-box').first().evaluate(box => box.value ?? box.innerText);
    await eventually('the log is shown', async () => (await channel()) === 'slugline', channel);
    await command('View: Hide Panel');
    await note(BULGE);
    await command('Slugline: Reindex Vault');
    await eventually('after reading again, the count is the same', async () => /3\d notes/.test(await status()), status);
    // A vault as it is after an import.
    const many = Array.from({ length: 1100 }, (_, n) => `- [[nobody wrote number ${n} yet]]\n`).join('');
    fs.writeFileSync(disk('many.md'), many);
    await command('Slugline: Restart Server');
    await eventually('of thousands of missing notes is spoken once', async () => (await toast()).some(said => /has 1,?000 links or more to notes that do not exist yet/.test(said)), toast);
    const own = disk('.vscode/settings.json');
    const before = fs.existsSync(own) ? fs.readFileSync(own, 'utf8') : '{}';
    await press('Hide');
    await eventually('and they are hidden on request', async () => /"slugline.diagnostics.unwritten": "off"/.test(read('.vscode/settings.json')), async () => read('.vscode/settings.json'));
    fs.rmSync(disk('many.md'));
    fs.writeFileSync(own, before);
    await command('Slugline: Restart Server');
    await eventually('and after a restart', async () => /3\d notes/.test(await status()) && (await squiggles()) === 1, status);
    const menu = () => texts('.quick-input-list .monaco-list-row .label-name');
    const offered = await again(async patience => {
      await page.locator('[id="slugline.slugline.status"] a').click({ timeout: patience });
      return until(async () => (await menu()).length === 5 && (await menu())[0] === 'Create Note…', patience);
    });
    await check('a click on the status bar offers the same', offered, await menu());
    await keys.press('Escape');
    await check('nothing was complained of', (await toast()).length === 0, await toast());
  }

  /** What all notes cite of a video, as a document whose lines lead to the notes and back. */
  async function timeline() {
    await place(BULGE, '[00:04:32]', 4);
    await command('Slugline: Show Timeline of This Video');
    await eventually('the timeline opens at what the cursor was on', async () => /^ +4:32 +The sun does the same/.test(await line()), line);
    await picture('timeline');
    const links = () => texts('.monaco-editor.focused .detected-link');
    await eventually('times and notes are links', async () => {
      const found = await links();
      return found.some(text => text.includes('4:32')) && found.some(text => text.includes('tidal_bulge.md:15'));
    }, links);
    await command('Go to Definition');
    await eventually('the definition of an entry is its place in the note', async () => (await tab()) === 'tidal_bulge.md' && (await line()).includes('data-t="00:04:32"'), line);
    await command('View: Close Editor');
  }

  /** The server's own commands, about the note and the place of the cursor. */
  async function serverCommands() {
    await note(BULGE);
    await command('Slugline: Open Random Note');
    await eventually('a random note is another one', async () => /\.md$/.test(await tab()) && (await tab()) !== 'tidal_bulge.md', tab);
    await command('Slugline: Show Vault Statistics');
    await eventually('statistics are told', async () => (await toast()).some(said => /3\d notes/.test(said)), toast);
    await command('Notifications: Clear All Notifications');
    await timeline();
    const url = 'https://www.youtube.com/watch?v=twD4yMo0n-1&t=125s';
    await place(BULGE, '[00:02:05]', 4);
    await command('Slugline: Open Video');
    // VS Code asks first whether it may.
    const dialog = page.locator('.monaco-dialog-box').first();
    await eventually('the video is opened at the timestamp', async () => {
      (await dialog.isVisible()) && (await keys.press('Enter'));
      return asked.has(url);
    }, async () => [...asked]);
    for (const other of page.context().pages().slice(1)) {
      await other.close();
    }
  }

  /** A timestamp of a time that is asked for. */
  async function insertsTimestamp() {
    await place(BULGE, '#astronomy/moon');
    await answer('Slugline: Insert Timestamp…', 'Time in the video', '4:40');
    const tag = '<a class="yt-timestamp" data-t="00:04:40">[00:04:40]</a>';
    await eventually('a timestamp is inserted at the cursor', async () => (await line()).startsWith(tag), line);
    await keys.type('!');
    await eventually('which is behind it then', async () => (await line()) === `${tag}!#astronomy/moon`, line);
    await revert();
  }

  /** What who writes asks for: links copied, inserted and converted, templates, pictures, the steps of the walkthrough. */
  async function writing() {
    await page.setViewportSize({ width: 1000, height: 700 });
    await command('View: Close All Editors');
    const clip = () => page.evaluate(() => navigator.clipboard.readText());
    const asked = (title, step) => brings(page.locator('.quick-input-widget:not(.hidden)', { hasText: title }), step);
    const row = () => page.locator('.quick-input-list .monaco-list-row.focused').first().innerText({ timeout: 500 });
    const TAG = '#astronomy/moon';

    await place(BULGE, '## Two bulges', 6);
    await command('Slugline: Copy Link to Here');
    await eventually('the link to a heading is copied', async () => (await clip()) === '[[tidal_bulge#Two bulges, not one]]', clip);
    await place(BULGE, '[00:04:32]', 4);
    await command('Slugline: Copy Link to Here');
    const url = 'https://www.youtube.com/watch?v=twD4yMo0n-1&t=272s';
    await eventually('and of a timestamp the address of the moment', async () => (await clip()) === url, clip);

    await place(BULGE, "Newton's picture");
    await asked('Insert Link', () => keys.press('Control+Alt+k'));
    await input.fill('tide pred');
    await eventually('a note is found by its title', async () => /^Tide prediction/.test(await row()), row);
    await picture('insert-link');
    await accept();
    await eventually('and linked as the vault writes links', async () => (await line()).startsWith('[[tide_prediction | Tide prediction]]Newton'), line);
    await revert();

    await place(BULGE, TAG);
    const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    await page.evaluate(async base64 => {
      const bytes = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0));
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': new Blob([bytes], { type: 'image/png' }) })]);
    }, png);
    await keys.press('Control+v');
    const embed = /^!\[\[(tidal_bulge-\d{8}-\d{6}\.png)\]\]#astronomy/;
    await eventually('a picture is pasted as an attachment', async () => embed.test(await line()), line);
    const [, name] = embed.exec(await line()) ?? [];
    const file = `tidewise/${name}`;
    await eventually('which lies beside the note', async () => fs.readFileSync(disk(file)).subarray(1, 4).toString() === 'PNG', async () => fs.readdirSync(disk('tidewise')));
    await eventually('and nothing of it is broken', async () => (await squiggles()) === 1, squiggles);
    await picture('pasted');
    await revert();
    fs.rmSync(disk(file), { force: true });

    fs.mkdirSync(disk('templates'));
    fs.writeFileSync(disk('templates/talk.md'), '# {{title}}\n\nOf {{date:YYYY}}.\n');
    await asked('New Note from Template', () => command('Slugline: New Note from Template…'));
    await eventually('templates are listed', async () => /^talk/.test(await row()), row);
    await accept();
    await asked('Name of the note', () => {});
    await input.fill('On tides');
    await accept();
    const talk = () => fs.readdirSync(disk('tidewise')).find(name => /^on.tides\.md$/i.test(name));
    await eventually('and a note is made of one', async () => /^# On tides\n\nOf \d{4}\.\n$/.test(read(`tidewise/${talk()}`)), async () => fs.readdirSync(disk('tidewise')));
    await command('View: Close Editor');
    fs.rmSync(disk(`tidewise/${talk()}`));
    fs.rmSync(disk('templates'), { recursive: true });

    await place(BULGE, TAG);
    await command('Slugline: Insert or Update Table of Contents');
    const contents = async () => (await texts('.monaco-editor.focused .view-line')).join('\n');
    await until(async () => (await page.locator('.tab.dirty').count()) > 0);
    await keys.press('Control+Home');
    await eventually('a table of contents is made', async () => /- \[\[?#?.*Two bulges, not one/.test(await contents()), contents);
    await revert();

    await note(BULGE);
    await command('Slugline: Rename Note…');
    const box = page.locator('.rename-box input').first();
    await eventually('the command renames the note', async () => (await box.inputValue({ timeout: 500 })) === 'tidal_bulge', () => box.inputValue({ timeout: 500 }));
    await escape('.rename-box');

    await command('Slugline: Convert All Wikilinks of the Vault to Markdown Links…');
    const preview = () => texts('.refactor-preview .monaco-list-row, .bulk-edit-panel .monaco-list-row');
    await eventually('the links of the vault are shown before they are converted', async () => (await preview()).some(row => row.includes('](../plainnumbers')), preview);
    await picture('convert-preview');
    const decide = button => click(page.locator('.bulk-edit-panel .monaco-button', { hasText: button }));
    await decide('Discard');
    const dirty = () => page.locator('.tab.dirty').count();
    await eventually('and left as they are where one thinks better of it', async () => (await preview()).length === 0 && (await dirty()) === 0, dirty);
    await note('index.md');
    await command('Slugline: Convert Wikilinks of This Note to Markdown Links');
    await eventually('so are those of a note', async () => (await preview()).some(row => row.includes('](tidewise/')), preview);
    await decide('Apply');
    const index = read('index.md');
    await until(async () => (await dirty()) > 0);
    await saved('which are converted as they were shown', 'index.md', text => text.includes('](tidewise/tide_prediction.md)') && !text.includes('[[tide_prediction'));
    fs.writeFileSync(disk('index.md'), index);

    const walkthrough = () =>
      again(async patience => {
        await command('Welcome: Open Walkthrough...');
        await input.fill('slugline', { timeout: patience });
        const found = await until(async () => /Get Started with slugline/.test(await row()), patience);
        found && (await accept());
        await page.locator('.getting-started-step .step-title').first().waitFor({ timeout: patience });
        return found;
      });
    await check('there is a walkthrough', await walkthrough(), await texts('.quick-input-list .monaco-list-row'));
    const steps = () => texts('.getting-started-step .step-title');
    await eventually('with its steps', async () => (await steps()).length === 6, steps);
    const done = () => page.locator('.getting-started-step .codicon-getting-started-step-checked').count();
    await picture('walkthrough');
    const step = (title, button) =>
      click(page.locator('.getting-started-step .monaco-button', { hasText: button }).first(), patience =>
        page.locator('.getting-started-step', { hasText: title }).click({ timeout: patience }));
    await step('Open a note', 'Open a Note');
    await eventually('the first opens a note', async () => /\.md$/.test(await tab()), tab);
    await walkthrough();
    await eventually('and is done then', async () => (await done()) > 0, done);
    await picture('walkthrough-done');
    await step('Look at a link', 'Show Hover');
    await eventually('a hover is shown in the note behind it', async () => (await texts('.monaco-hover:not(.hidden) .hover-contents')).length > 0, tab);
    await escape('.monaco-hover:not(.hidden)');
    await command('View: Close All Editors');
    await walkthrough();
    await asked('In Which Note?', () => step('Link to another note', 'Insert Link'));
    await escape('.quick-input-widget:not(.hidden)');
    await command('View: Close All Editors');
    await page.setViewportSize({ width: 900, height: 500 });
    await note(BULGE);
  }

  /** References, lenses, hierarchy and rename, across notes, beside VS Code's own. */
  async function across() {
    const asks = 'tidewise/asks.md';
    fs.writeFileSync(disk(asks), '[a bulge](tidal_bulge.md#two-bulges-not-one) and [[tidal_bulge#Two bulges, not one]]\n');
    await note(BULGE);
    await eventually('a note that asks', async () => /3[1-9] notes/.test(await status()), status);
    await command('View: Close All Editors');
    await page.setViewportSize({ width: 1000, height: 700 });
    const tree = () => texts('.peekview-widget .ref-tree .monaco-list-row');
    const title = async () => (await texts('.peekview-widget .peekview-title')).join(' ');
    const HEADING = '## Two bulges';

    await place(BULGE, HEADING, 6);
    await command('Go to References');
    await eventually('references of a heading are in both notes',
      async () => (await tree()).some(row => row.includes('asks.md')) && (await tree()).some(row => row.includes('spring_and_neap_tides.md')), tree);
    // A file's row ends in the number of its references.
    const counted = async () => (await tree()).find(row => row.includes('asks.md'))?.match(/(\d+)\s*$/)?.[1];
    await eventually('each once', async () => (await counted()) === '2', tree);
    await picture('references');
    await escape('.peekview-widget');

    const lens = () => texts('.monaco-editor .codelens-decoration a');
    await eventually('a lens counts the backlinks of a heading', async () => (await lens()).some(text => /backlink/.test(text)), lens);
    await picture('code-lens');
    await keys.press('Control+Home');
    await again(patience => page.locator('.monaco-editor .codelens-decoration a', { hasText: 'backlink' }).first().click({ timeout: patience }).then(() => true));
    await eventually('and a click shows them', async () => (await tree()).length > 0, tree);
    await escape('.peekview-widget');
    await place(BULGE, HEADING, 6);
    await command('Slugline: Show Backlinks');
    await eventually('as the command does', async () => (await tree()).some(row => row.includes('spring_and_neap_tides.md')), tree);
    await escape('.peekview-widget');

    await place(BULGE, HEADING, 6);
    await command('Peek Call Hierarchy');
    const calls = () => texts('.peekview-widget .call-hierarchy .monaco-list-row');
    await eventually('the call hierarchy has who links here', async () => (await calls()).length > 1, calls);
    await picture('call-hierarchy');
    await escape('.peekview-widget');

    await place(BULGE, HEADING, 6);
    const box = page.locator('.rename-box input').first();
    await brings(box, () => command('Rename Symbol'));
    await box.fill('Bulges');
    await again(async patience => {
      await keys.press('Control+Enter');
      await box.waitFor({ state: 'hidden', timeout: patience });
      return true;
    });
    const preview = () => texts('.refactor-preview .monaco-list-row, .bulk-edit-panel .monaco-list-row');
    await eventually('the rename is shown before it is done', async () => (await preview()).some(row => row.includes('asks.md')), preview);
    await picture('rename-preview');
    await click(page.locator('.bulk-edit-panel .monaco-button', { hasText: 'Apply' }));
    await eventually('and done in all notes', async () => {
      await command('File: Save All Files');
      return read(BULGE).includes('## Bulges\n') && read(asks) === '[a bulge](tidal_bulge.md#bulges) and [[tidal_bulge#Bulges]]\n';
    }, async () => [read(asks), read(BULGE).slice(0, 900)]);

    await place(BULGE, '[[resonance]]', 5);
    await command('Slugline: Show Link Resolution');
    await eventually('why a link leads where it leads', async () => (await toast()).some(said => said.includes('tidewise/resonance.md')), toast);
    await command('Notifications: Clear All Notifications');
    await command('Slugline: Open Daily Note');
    const day = () => fs.readdirSync(vault).find(name => /^\d{4}-\d\d-\d\d\.md$/.test(name));
    await eventually('the note of today is made and open', async () => day() !== undefined && (await tab()) === day(), tab);
    await page.setViewportSize({ width: 900, height: 500 });
    await command('File: Save All Files');
    await eventually('and saved', async () => (await page.locator('.tab.dirty').count()) === 0, () => texts('.tab.dirty'));
    await command('View: Close All Editors');
    await note(BULGE);
  }

  /** The problems of notes that are not open. */
  async function wholeVault() {
    await page.setViewportSize({ width: 1000, height: 1500 });
    await command('View: Close All Editors');
    await note('plainnumbers/logarithms.md');
    await command('Problems: Focus on Problems View');
    await command('View: Toggle Maximized Panel');
    const rows = () => texts('.markers-panel .monaco-list-row');
    const listed = async () =>
      (await rows()).flatMap(text => (/slugline\s+([a-z-]+)\s+\[Ln (\d+)/.exec(text) ?? []).slice(1).reverse().join(' ') || []).sort();
    const of = (...files) =>
      files.flatMap(planted).filter(({ severity }) => severity !== 'hint').map(({ code, line }) => `${line} ${code}`).sort();
    const one = of('plainnumbers/logarithms.md');
    // VS Code keeps some notes open for minutes after their editors are closed.
    const few = async () => {
      const found = await listed();
      return one.every(row => found.includes(row)) && found.length < one.length + 8;
    };
    await eventually('by default those of the open note', few, async () => [await listed(), one]);
    workspace({ 'slugline.workspaceDiagnostics': true });
    // Of what other checks have left behind there are more.
    const notes = fs.readdirSync(vault, { recursive: true }).filter(name => name.endsWith('.md'));
    const all = of(...notes);
    const missing = async () => {
      const found = await listed();
      return all.filter(row => !found.includes(row));
    };
    await eventually('with the setting those of all notes', async () => all.length > 15 && same(await missing(), []), missing);
    await picture('problems');
    workspace({});
    await eventually('and without it, of the open one again', few, listed);
    await command('View: Toggle Maximized Panel');
    await command('View: Hide Panel');
    await page.setViewportSize({ width: 900, height: 500 });
    await note(BULGE);
  }

  async function programs() {
    const running = async () => /3\d notes/.test(await status());
    const carried = fs.readdirSync(path.join(home, 'extensions')).find(name => name.startsWith('slugline.'));
    const program = path.join(home, 'extensions', carried, 'server/slugline');

    machine({ 'slugline.server.path': '/nowhere/slugline' });
    await eventually('a path that leads nowhere is named, with a way out',
      async () => (await toast()).some(said => /\/nowhere\/slugline/.test(said) && /Open Settings[^]*Show Log/.test(said)), toast);
    await check('and once', (await toast()).length === 1, await toast());
    await command('Notifications: Clear All Notifications');
    machine({ 'slugline.server.path': '/bin/false' });
    await eventually('a program that is no server is complained of', async () => (await toast()).some(said => /failed to start/.test(said)), toast);
    await check('once as well', (await toast()).length === 1, await toast());
    await command('Notifications: Clear All Notifications');
    machine({});
    await eventually('without a path, the program of the package runs', running, status);
    await check('and no other', same(servers().map(({ line }) => line), [program]), servers());

    const [killed] = servers();
    process.kill(killed.pid, 'SIGKILL');
    const alive = async () => servers().length === 1 && servers()[0].pid !== killed.pid && (await running());
    await eventually('a server that dies is started again', alive, servers);
    await command('Notifications: Clear All Notifications');

    fs.renameSync(program, `${program}-`);
    await command('Slugline: Restart Server');
    await eventually('without one, the message says what to do', async () => (await toast()).some(said => /cargo install/.test(said)), toast);
    await command('Notifications: Clear All Notifications');
    fs.renameSync(`${program}-`, path.join(home, 'bin/slugline'));
    await command('Slugline: Restart Server');
    await eventually('one on PATH is found', running, status);
    await check('and it is that', same(servers().map(({ line }) => line), [path.join(home, 'bin/slugline')]), servers());
  }

  /** A window with two folders, each of which is a vault of its own. */
  async function folders() {
    const second = path.join(home, 'second');
    fs.mkdirSync(second);
    fs.writeFileSync(path.join(second, '.slugline.toml'), '');
    fs.writeFileSync(path.join(second, 'harbor.md'), '# Harbor\n\nOf the [[quay]], and of the [[tidal_bulge]] of elsewhere.\n');
    fs.writeFileSync(path.join(second, 'quay.md'), '# Quay\n');
    const both = path.join(home, 'both.code-workspace');
    fs.writeFileSync(both, JSON.stringify({ folders: [vault, second].map(folder => ({ path: folder })) }));
    // At times VS Code begins without the folders of the workspace.
    const without = page.getByText('You have not yet added a folder');
    const two = await again(async patience => {
      await open(BULGE, both);
      await until(async () => (await without.isVisible()) || /2 vaults/.test(await status()), Math.max(patience, 20_000));
      return /2 vaults/.test(await status());
    });
    await check('two folders are two vaults', two, await status().catch(String));
    await place(BULGE, '[[spring_and_neap_tide |');
    await eventually('with the notes of the one', async () => (await squiggles()) === 1, squiggles);
    await note(path.relative(vault, path.join(second, 'harbor.md')));
    await eventually('and those of the other, which has no links into the first', async () => (await squiggles()) === 1, squiggles);
    await command('View: Close All Editors');
    const question = page.locator('.quick-input-widget:not(.hidden)', { hasText: 'Folder of Notes' });
    await brings(question, () => command('Slugline: Open Daily Note'));
    const rows = () => texts('.quick-input-list .monaco-list-row .label-name');
    await eventually('without a note it is asked which is meant', async () => same(await rows(), [path.basename(vault), 'second']), rows);
    await picture('folders');
    await input.fill('second');
    await eventually('and is found by its name', async () => same(await rows(), ['second']), rows);
    await accept();
    const day = () => fs.readdirSync(second).find(name => /^\d{4}-\d\d-\d\d\.md$/.test(name));
    await eventually('and what was asked for is done in that folder', async () => day() !== undefined && (await tab()) === day(), async () => [fs.readdirSync(second), await tab()]);
  }
});
