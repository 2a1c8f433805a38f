// A real VS Code: code-server in a home of its own with the packed extension, on a copy of seeds/, and its window in a
// headless Chromium. What a person does there and sees there, as functions.
// Environment: TOOLS, what `install` made; VSIX, the extension, if any; SLUGLINE, the server; SEEDS; OUT, for pictures and logs;
// RESTRICTED, if the folder is not to be trusted.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';

const { TOOLS, VSIX, SLUGLINE, SEEDS, OUT, RESTRICTED } = process.env;
const { chromium } = createRequire(path.join(TOOLS, 'package.json'))('playwright-core');
// How long something awaited may take: the checks say what is seen, not how fast, and the machine may have much else to do.
const PATIENCE = 1000 * (process.env.PATIENCE ?? 120);

/** Asks until the answer is one, or time is up; the last answer. */
export async function until(ask, patience = PATIENCE) {
  const end = Date.now() + patience;
  // A question that took all the time, since its first key went nowhere, is asked once more.
  for (let asked = 1; ; asked++) {
    const answer = await ask().catch(() => undefined);
    if (answer || (Date.now() > end && asked > 1)) {
      return answer;
    }
    await new Promise(done => setTimeout(done, 30));
  }
}

/**
 * Takes a step until it has led where it should: keys go nowhere while the window is busy with something else. The step
 * gets the milliseconds that it may wait for what it leads to, which become more, and tells whether it has come.
 */
export async function again(step, patience = PATIENCE) {
  const end = Date.now() + patience;
  for (let wait = 2000; ; wait *= 2) {
    const answer = await step(Math.min(wait, Math.max(end - Date.now(), 1000))).catch(() => undefined);
    if (answer || Date.now() > end) {
      return answer;
    }
  }
}

const began = Date.now();
let checks = 0;
const failed = [];
let window;
export async function check(name, ok, seen) {
  checks += 1;
  const took = `${((Date.now() - began) / 1000).toFixed(1)} s`;
  console.log(`${ok ? 'ok' : 'not ok'} ${checks} - ${name}  (${took})`);
  if (!ok) {
    console.log(`  # ${JSON.stringify(seen)}`);
    failed.push(`not ok ${checks} - ${name}\n  # ${JSON.stringify(seen)}`);
    await window?.screenshot({ path: path.join(OUT, `failed-${checks}.png`) }).catch(() => {});
  }
}

/** A check that failed by an error. Its name says where and which, since of a long log often the names alone are read. */
async function thrown(name, error) {
  const said = String(error.stack || error);
  const [place] = /[\w-]+\.mjs:\d+/.exec(said.replace(/.*\/window\.mjs:.*\n?/g, '')) ?? [];
  const where = [name, place].filter(Boolean).join(', ');
  await check(`nothing is thrown${where && ` in ${where}`}: ${said.split('\n')[0]}`, false, said);
}

/** Runs one of several parts of the checks. Behind one that throws, `calm` makes the window what the next one begins with. */
export async function part(name, body, calm) {
  try {
    await body();
  } catch (error) {
    await thrown(name, error);
    await calm();
  }
}

const SETTINGS = {
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'files.autoSave': 'off',
  'editor.hover.delay': 50,
  'editor.hover.above': false,
  'workbench.editor.editorActionsLocation': 'hidden',
  'remote.autoForwardPorts': false,
  'editor.minimap.enabled': false,
  'editor.matchBrackets': 'never',
  'editor.cursorBlinking': 'solid',
  'editor.stickyScroll.enabled': false,
  'editor.occurrencesHighlight': 'off',
  'editor.renderLineHighlight': 'none',
  'breadcrumbs.enabled': false,
  'workbench.activityBar.location': 'hidden',
  'workbench.layoutControl.enabled': false,
  'window.commandCenter': false,
  'window.menuBarVisibility': 'hidden',
  'workbench.sideBar.visible': false,
};

/** One window on a copy of the seeds, given to `body`. It ends the process. */
export async function session(body) {
  fs.mkdirSync(OUT, { recursive: true });
  fs.readdirSync(OUT).forEach(file => /\.png$/.test(file) && fs.rmSync(path.join(OUT, file)));
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'slugline-vscode-'));
  const vault = path.join(home, 'seeds');
  const data = path.join(home, 'data');
  fs.cpSync(SEEDS, vault, { recursive: true });
  const write = (file, settings) => {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, JSON.stringify(settings));
  };
  // The server's path is a setting of the machine: in the user's own it would be of another machine than code-server's.
  const machine = settings => write(path.join(data, 'Machine/settings.json'), settings);
  const workspace = settings => write(path.join(vault, '.vscode/settings.json'), settings);
  write(path.join(data, 'User/settings.json'), SETTINGS);
  machine({ 'slugline.server.path': SLUGLINE });
  const log = fs.openSync(path.join(OUT, 'code-server.log'), 'w');
  const base = [
    path.join(TOOLS, 'node_modules/code-server/out/node/entry.js'),
    ...['--config', path.join(home, 'config.yaml'), '--user-data-dir', data, '--extensions-dir', path.join(home, 'extensions')],
  ];
  const env = { ...process.env, HOME: home, EXTENSIONS_GALLERY: '{}' };
  // Extensions have the PATH of a login shell.
  fs.mkdirSync(path.join(home, 'bin'));
  fs.writeFileSync(path.join(home, '.profile'), 'PATH="$HOME/bin:$PATH"\n');
  for (const kind of ['CONFIG', 'DATA', 'CACHE', 'STATE']) {
    env[`XDG_${kind}_HOME`] = home;
  }
  for (const name of ['VSCODE_IPC_HOOK_CLI', 'PORT', 'PASSWORD', 'SLUGLINE']) {
    delete env[name];
  }
  let server, browser, page;
  const signal = name => {
    try {
      return process.kill(-server.pid, name);
    } catch {
      return false;
    }
  };
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
    process.on(name, () => process.exit(1));
  }
  process.on('exit', () => {
    server && signal('SIGKILL');
    fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });
  try {
    const installed = VSIX && spawn(process.execPath, [...base, '--install-extension', VSIX], { env, stdio: ['ignore', log, log] });
    const status = installed ? await new Promise(done => installed.on('exit', done)) : 0;
    if (status !== 0) {
      throw new Error('the extension could not be installed, see code-server.log');
    }
    const port = await freePort();
    const here = ['--bind-addr', `127.0.0.1:${port}`, '--auth', 'none'];
    const quiet = ['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override', ...(RESTRICTED ? [] : ['--disable-workspace-trust'])];
    server = spawn(process.execPath, [...base, ...here, ...quiet], { env, stdio: ['ignore', log, log], detached: true });
    if (!(await until(() => fetch(`http://127.0.0.1:${port}/healthz`).then(answer => answer.ok)))) {
      throw new Error('code-server did not start, see its log');
    }
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
      args: [
        ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
        ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ],
    });
    const context = await browser.newContext({ viewport: { width: 900, height: 500 }, deviceScaleFactor: 1.5 });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    // What is asked of other machines is noted, and never gets there.
    const asked = new Set();
    await context.route(url => url.hostname !== '127.0.0.1', route => {
      asked.add(route.request().url());
      return route.abort();
    });
    page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    window = page;
    const said = fs.createWriteStream(path.join(OUT, 'browser.log'));
    page.on('console', message => said.write(`${message.type()} ${message.text()}\n`));
    // A note of the vault, with the vault as the folder of the window, or in a workspace of several folders.
    const remote = file => `vscode-remote://127.0.0.1:${port}${vault}/${file}`;
    const open = async (file, folders) => {
      const payload = encodeURIComponent(JSON.stringify([['openFile', remote(file)], ['skipWelcome', 'true']]));
      const what = folders ? `workspace=${encodeURIComponent(folders)}` : `folder=${encodeURIComponent(vault)}`;
      await page.goto(`http://127.0.0.1:${port}/?${what}&payload=${payload}`);
      await page.locator('.monaco-editor .view-line').first().waitFor();
    };
    await body({ page, asked, vault, home, workspace, machine, open, ...person(page, vault) });
  } catch (error) {
    await thrown('', error);
  } finally {
    await browser?.close().catch(() => {});
    if (server && signal('SIGTERM') && !(await until(async () => !signal(0), 20_000))) {
      signal('SIGKILL');
    }
  }
  // Once more at the end, where who reads a long log looks.
  failed.forEach(failure => console.log(failure));
  console.log(`${checks - failed.length} passed, ${failed.length} failed`);
  process.exit(failed.length ? 1 : 0);
}

function freePort() {
  return new Promise(done => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

/** What a person does and sees in the window. */
function person(page, vault) {
  const keys = page.keyboard;
  const input = page.locator('.quick-input-widget:not(.hidden) input').first();
  /** The texts of elements; VS Code draws blanks as U+00A0. */
  const plain = text => text.replaceAll('\u00a0', ' ');
  const texts = async selector => (await page.locator(selector).allInnerTexts()).map(plain);
  const must = (ok, what) => {
    if (!ok) {
      throw new Error(what);
    }
  };
  /** Presses Escape until nothing of the kind is shown. */
  const escape = selector =>
    again(async patience => {
      await keys.press('Escape');
      await page.locator(selector).first().waitFor({ state: 'hidden', timeout: patience });
      return true;
    });

  /** Takes a step, such as a key or a command, until what it leads to is shown. */
  const brings = async (locator, step) => {
    const shown = await again(async patience => {
      if (!(await locator.isVisible())) {
        await step(patience);
        await locator.waitFor({ timeout: patience });
      }
      return true;
    });
    must(shown, `there is no ${locator}`);
  };
  /** Clicks on what a step leads to, which may be gone before the click gets there. */
  const click = async (locator, step = () => {}) => {
    const clicked = await again(async patience => {
      (await locator.isVisible()) || (await step(patience));
      await locator.click({ timeout: patience });
      return true;
    });
    must(clicked, `there is no ${locator} to click on`);
  };

  /** Opens the quick input by a key, and writes `words` into it. */
  const ask = async (key, words, patience) => {
    // Where one is open already, its key would choose in its list.
    if (await input.isVisible()) {
      await keys.press('Escape');
      await input.waitFor({ state: 'hidden', timeout: patience });
    }
    await keys.press(key);
    await input.waitFor({ timeout: patience });
    await input.fill(words, { timeout: patience });
  };
  /** The row that Enter takes. The list is that of an earlier question until it is the one asked for. */
  const chosen = page.locator('.quick-input-list .monaco-list-row.focused').first();
  /** Takes the chosen row or what is written in the quick input: Enter, until the question is gone or is another. */
  const accept = async () => {
    const title = () => page.locator('.quick-input-widget:not(.hidden) .quick-input-title').innerText({ timeout: 500 });
    const before = await title().catch(() => '');
    const taken = await again(async patience => {
      await keys.press('Enter');
      return until(async () => !(await input.isVisible()) || (await title()) !== before, patience);
    });
    must(taken, `Enter does not take what is chosen in “${before}”`);
  };

  /** Runs a command of the palette by its title. */
  const command = async title => {
    const asked = await again(async patience => {
      await ask('F1', `>${title}`, patience);
      return until(async () => {
        if (plain(await chosen.locator('.label-name').first().innerText({ timeout: 500 })) === title) {
          return true;
        }
        // One that was used lately may be above it.
        const titles = await texts('.quick-input-list .monaco-list-row .label-name');
        titles.includes(title) && (await keys.press('ArrowDown'));
        return false;
      }, patience);
    });
    must(asked, `the palette has no ${title}`);
    const taken = await again(async patience => {
      await keys.press('Enter');
      // It is gone, or the command asks something itself.
      return until(async () => !(await input.isVisible()) || (await input.inputValue({ timeout: 500 })) !== `>${title}`, patience);
    });
    must(taken, `Enter does not run ${title}`);
  };
  /** Opens a note of the vault by its path. */
  const note = async file => {
    const name = file.split('/').at(-1);
    const editor = page.locator(`.monaco-editor.focused[data-uri$="/${encodeURIComponent(name)}"]`).first();
    const opened = await again(async patience => {
      // A whole path is found without a search for files, which a new one may not be in yet.
      await ask('Control+p', path.join(vault, file), patience);
      const found = await until(async () => (await chosen.innerText({ timeout: 500 })).startsWith(name), patience);
      if (!found) {
        return false;
      }
      await keys.press('Enter');
      await editor.waitFor({ timeout: patience });
      return true;
    });
    must(opened, `${file} does not open`);
  };
  /** Runs a command that asks something under this title, and answers it. */
  const answer = async (title, question, words) => {
    await brings(page.locator('.quick-input-widget:not(.hidden)', { hasText: question }), () => command(title));
    await input.fill(words);
    await accept();
  };
  const cursor = async () => plain(await page.locator('[id="status.editor.selection"]').innerText({ timeout: 500 }));
  const caret = page.locator('.monaco-editor.focused .cursors-layer .cursor').first();
  const goTo = async (line, column) => {
    const there = `Ln ${line}, Col ${column}`;
    const went = await again(async patience => {
      await ask('Control+g', `:${line}:${column}`, patience);
      const row = page.locator('.quick-input-list .monaco-list-row', { hasText: `line ${line} at column ${column}` });
      await row.waitFor({ timeout: patience });
      await keys.press('Enter');
      await input.waitFor({ state: 'hidden', timeout: patience });
      // A window that has become smaller meanwhile may not show it yet.
      return until(async () => (await cursor()) === there && (await caret.isVisible()), patience);
    });
    // What the status bar says is gone at times while the window starts.
    must(went, went ? '' : `the cursor is not at ${there} but at ${await cursor().catch(String)}`);
  };
  /** Opens a note with the cursor `plus` columns behind the start of `words`, by what is on the disk. */
  const place = async (file, words, plus = 0) => {
    const lines = fs.readFileSync(path.join(vault, file), 'utf8').split('\n');
    const line = lines.findIndex(text => text.includes(words));
    await note(file);
    await goTo(line + 1, lines[line].indexOf(words) + 1 + plus);
    return line + 1;
  };
  /** The text of the line on which the cursor is. */
  const line = () =>
    page.locator('.monaco-editor.focused').first().evaluate(editor => {
      const top = editor.querySelector('.cursors-layer .cursor').style.top;
      const lines = [...editor.querySelectorAll('.view-lines .view-line')];
      return lines.find(line => line.style.top === top).innerText.replaceAll('\u00a0', ' ').replace(/[\u200b\n]/g, '');
    });
  const tab = () => page.locator('.tab.active').first().getAttribute('data-resource-name', { timeout: 500 });
  const status = () => page.locator('[id="slugline.slugline.status"]').innerText({ timeout: 500 });
  /** The page of a panel that has this in it. */
  const frame = (selector, patience) =>
    until(async () => {
      for (const frame of page.frames()) {
        // What is about to be shown, or is not any more, lies in other frames beside it.
        const id = await frame.frameElement().then(element => element.getAttribute('id')).catch(() => '');
        if (id === 'active-frame' && (await frame.locator(selector).count().catch(() => 0))) {
          return frame;
        }
      }
    }, patience);
  /** The same of one that a step shows. A page takes some time to load, and is not asked for anew meanwhile. */
  const framed = async (selector, step) => {
    const found = await again(async patience => {
      await step();
      return frame(selector, Math.max(patience, 20_000));
    });
    must(found, `no panel has ${selector}`);
    return found;
  };
  const picture = name => page.screenshot({ path: path.join(OUT, `${name}.png`) });
  return {
    keys, input, texts, must, escape, brings, click, ask, accept, command, answer, note, goTo, place, cursor, line, tab, status, frame, framed, picture,
  };
}
