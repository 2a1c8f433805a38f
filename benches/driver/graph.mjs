// Opens a page of `slugline graph --format html` in headless Chromium, and prints what it costs as JSON.
// Environment: TOOLS, what tests/editors/vscode/install made; CHROMIUM, another than Debian's; PICTURE, where a screenshot goes.
// usage: node benches/driver/graph.mjs PAGE
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const { TOOLS, CHROMIUM, PICTURE } = process.env;
const { chromium } = createRequire(path.join(TOOLS, 'package.json'))('playwright-core');
const VIEWPORT = { width: 1600, height: 900 };
// How long something awaited may take.
const PATIENCE = 600_000;

/** A canvas of the same size that is cleared in another color each time: what the machine can show at best. */
const EMPTY = `<!DOCTYPE html><body style="margin:0"><canvas width="1600" height="900"></canvas><script>
const gl = document.querySelector('canvas').getContext('webgl2');
const draw = now => { gl.clearColor((now / 1000) % 1, 0, 0, 1); gl.clear(gl.COLOR_BUFFER_BIT); requestAnimationFrame(draw); };
requestAnimationFrame(draw);
</script>`;

const browser = await chromium.launch({
  executablePath: CHROMIUM || '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--no-first-run', '--enable-precise-memory-info'],
});
try {
  const page = await open(pathToFileURL(path.resolve(process.argv[2])).href);
  const marked = name => page.waitForFunction(name => performance.getEntriesByName(name)[0]?.startTime, name, { timeout: PATIENCE, polling: 100 });
  const first = await (await marked('first picture')).jsonValue();
  const rest = await (await marked('rest')).jsonValue();
  const picture = await page.screenshot({ path: PICTURE });
  const memory = await used(page);
  const count = await page.locator('#count').innerText();
  const panned = await frames(page, pan);
  const zoomed = await frames(page, zoom);
  const searched = await waited(page, () => page.locator('#search').fill('re'), () => /^Search/.test(document.querySelector('#details').innerText));
  await page.locator('#search').fill('');
  const folder = await page.locator('#folder option').nth(1).getAttribute('value').catch(() => null);
  const filtered = folder === null ? null : await waited(page, () => page.locator('#folder').selectOption(folder), () => true);
  const renderer = await page.evaluate(() => {
    const gl = document.createElement('canvas').getContext('webgl2');
    return gl.getParameter(gl.getExtension('WEBGL_debug_renderer_info').UNMASKED_RENDERER_WEBGL);
  });
  await page.close();

  const again = await open(pathToFileURL(path.resolve(process.argv[2])).href);
  await again.waitForFunction(() => performance.getEntriesByName('rest').length > 0, undefined, { timeout: PATIENCE, polling: 100 });
  const same = picture.equals(await again.screenshot());
  await again.close();

  const empty = await browser.newPage({ viewport: VIEWPORT });
  await empty.setContent(EMPTY);
  const limit = await frames(empty, pan);
  console.log(JSON.stringify({ first, rest, memory, panned, zoomed, searched, filtered, same, limit, renderer, count }));
} finally {
  await browser.close();
}

async function open(url) {
  const page = await browser.newPage({ viewport: VIEWPORT });
  page.setDefaultTimeout(PATIENCE);
  page.on('pageerror', error => console.error(String(error)));
  page.on('console', message => message.type() === 'error' && console.error(message.text()));
  await page.goto(url);
  return page;
}

/**
 * While `act` is done for some seconds: frames a second, the longest time without one, and the processor time of a frame, in
 * milliseconds, which does not hang on what else the machine does.
 */
async function frames(page, act) {
  const began = processes();
  await page.evaluate(() => {
    window.seen = [];
    const see = now => window.seen && (window.seen.push(now), requestAnimationFrame(see));
    requestAnimationFrame(see);
  });
  await act(page, Date.now() + 5_000);
  const seen = await page.evaluate(() => {
    const { seen } = window;
    window.seen = undefined;
    return seen;
  });
  const ended = processes();
  const spent = total(ended, 'time', 'renderer', 'gpu-process') - total(began, 'time', 'renderer', 'gpu-process');
  const steps = seen.slice(1).map((now, at) => now - seen[at]);
  return { rate: (1000 * steps.length) / steps.reduce((a, b) => a + b, 0), longest: Math.max(...steps), processor: spent / steps.length };
}

/** Drags the picture around in circles. */
async function pan(page, end) {
  const { width, height } = VIEWPORT;
  await page.mouse.move(width / 2, height / 2);
  await page.mouse.down();
  for (let step = 0; Date.now() < end; step++) {
    const angle = step / 20;
    await page.mouse.move(width / 2 + 200 * Math.sin(angle), height / 2 + 200 * (1 - Math.cos(angle)));
  }
  await page.mouse.up();
}

/** Turns the wheel in and out. */
async function zoom(page, end) {
  for (let step = 0; Date.now() < end; step++) {
    await page.mouse.wheel(0, step % 16 < 8 ? -120 : 120);
    await new Promise(done => setTimeout(done, 60));
  }
}

/** Milliseconds from `act` until `ready` holds in the page and two frames have been drawn. */
async function waited(page, act, ready) {
  const began = Date.now();
  await act();
  await page.waitForFunction(ready);
  await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
  return Date.now() - began;
}

/** MB of the page's JavaScript heap, of the process with the page, and of the one that stands in for the graphics card. */
async function used(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const all = processes();
  return { heap: usedSize / 2 ** 20, page: total(all, 'memory', 'renderer'), graphics: total(all, 'memory', 'gpu-process') };
}

/** The browser's processes, with the processor time in milliseconds and the memory in MB of each. */
function processes() {
  const all = fs.readdirSync('/proc').filter(pid => /^\d+$/.test(pid)).flatMap(pid => {
    try {
      const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
      const [, kind = ''] = /--type=([\w-]+)/.exec(fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? [];
      const memory = Number(/^Pss:\s*(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]) / 1024;
      // In hundredths of a second.
      return [{ pid: Number(pid), parent: Number(stat[1]), kind, memory, time: 10 * (Number(stat[11]) + Number(stat[12])) }];
    } catch {
      return []; // gone
    }
  });
  const below = pid => all.filter(({ parent }) => parent === pid).flatMap(process => [process, ...below(process.pid)]);
  return below(process.pid);
}

function total(all, what, ...kinds) {
  return all.filter(({ kind }) => kinds.includes(kind)).reduce((sum, process) => sum + process[what], 0);
}
