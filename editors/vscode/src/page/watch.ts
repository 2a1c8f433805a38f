// The page in the panel that plays a video: a player, and the captions with those marked that notes cite. All texts are
// put into it as text.
import type { Captions, FromPage, Start, ToPage } from './messages';

declare function acquireVsCodeApi(): { postMessage(message: FromPage): void };

/** What plays. */
interface Player {
  /** Goes to a second. `embed`: an address that begins there, for a frame that has no other way. */
  seek(second: number, plays: boolean, embed: string | undefined): void;
}

/** How often, in milliseconds, a frame is asked to tell its time, and how often at most before it counts as not loaded. */
const ASK = 250;
const MOST_ASKED = 16;

const vscode = acquireVsCodeApi();
const element = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;
const list = element('captions');
const first = JSON.parse(element('first').textContent ?? '') as Start;

/** Where the player is; before it has told so, where it was sent. */
let second = first.second;
let told: number | null = null;

/** Says what is wrong, or that nothing is. */
function notice(text: string | undefined): void {
  const notice = element('notice');
  notice.hidden = text === undefined;
  notice.textContent = text ?? '';
}

/** Takes over where the player is. */
function at(now: number): void {
  second = Math.floor(now);
  if (told !== second) {
    told = second;
    vscode.postMessage({ type: 'time', second });
    current();
  }
}

/** A recording in the vault. */
function media({ src, isSound }: NonNullable<Start['media']>): Player {
  const player = document.createElement(isSound ? 'audio' : 'video');
  player.controls = true;
  player.preload = 'metadata';
  player.src = src;
  player.addEventListener('timeupdate', () => at(player.currentTime));
  player.addEventListener('seeking', () => at(player.currentTime));
  player.addEventListener('error', () => notice('The recording cannot be played here.'));
  element('player').append(player);
  const seek = (to: number, plays: boolean) => {
    player.currentTime = to;
    plays && void player.play().catch(() => {});
  };
  player.addEventListener('loadedmetadata', () => (seek(second, first.plays), at(player.currentTime)), { once: true });
  return { seek };
}

/** A page that plays it in a frame. YouTube's can be asked and told things. */
function frame(embed: string): Player {
  const { origin, host } = new URL(embed);
  const hasInterface = new URL(embed).searchParams.get('enablejsapi') === '1';
  const player = document.createElement('iframe');
  player.allow = 'autoplay; encrypted-media; fullscreen; picture-in-picture';
  player.referrerPolicy = 'strict-origin-when-cross-origin';
  player.title = first.title;
  let answers = false;
  let timer: ReturnType<typeof setInterval> | undefined;
  const post = (message: object) => player.contentWindow?.postMessage(JSON.stringify({ id: 1, channel: 'widget', ...message }), origin);
  const tell = (func: string, ...args: unknown[]) => post({ event: 'command', func, args });
  const offline = () => notice(`There is no network: the player of ${host} cannot load. What is in the vault is here.`);
  const load = (address: string, plays: boolean) => {
    answers = false;
    clearInterval(timer);
    notice(undefined);
    const to = new URL(address);
    plays && to.searchParams.set('autoplay', '1');
    player.src = to.href;
    navigator.onLine || offline();
  };
  player.addEventListener('load', () => {
    if (!hasInterface) {
      return;
    }
    // A page that was not loaded loads as one that says so, in the words of the browser.
    let asked = 0;
    clearInterval(timer);
    timer = setInterval(() => {
      if (answers || ++asked > MOST_ASKED) {
        clearInterval(timer);
        const why = () => notice(`${host} does not answer: there may be no network, or it does not play this video here.`);
        answers || (navigator.onLine ? why() : offline());
      } else {
        post({ event: 'listening' });
      }
    }, ASK);
  });
  window.addEventListener('message', ({ source, origin: from, data }: MessageEvent<unknown>) => {
    if (source !== player.contentWindow || from !== origin || typeof data !== 'string') {
      return;
    }
    const { event, info } = parsed(data);
    if (!answers) {
      answers = true;
      notice(undefined);
      tell('addEventListener', 'onError');
    }
    if (event === 'onError') {
      notice(`The player of ${host} does not play this video here (error ${String(info)}).`);
    } else if (typeof info === 'object' && info !== null && 'currentTime' in info && typeof info.currentTime === 'number') {
      at(info.currentTime);
    }
  });
  window.addEventListener('offline', () => answers || offline());
  window.addEventListener('online', () => answers || load(player.src, false));
  load(embed, first.plays);
  element('player').append(player);
  return {
    seek(to, plays, address) {
      if (answers) {
        tell('seekTo', to, true);
        plays && tell('playVideo');
      } else if (address) {
        load(address, plays);
      } else {
        vscode.postMessage({ type: 'seek', second: to });
      }
    },
  };
}

function parsed(data: string): { event?: unknown; info?: unknown } {
  try {
    const found: unknown = JSON.parse(data);
    return typeof found === 'object' && found !== null ? found : {};
  } catch {
    return {};
  }
}

function nothing(): Player {
  notice(
    first.restricted
      ? 'In restricted mode, only players are shown that no setting of the folder has changed.'
      : 'This source has no player for a frame, and no recording of it is in the vault.',
  );
  return { seek: () => {} };
}

const player = first.media ? media(first.media) : first.embed ? frame(first.embed) : nothing();

/** Goes to a second that was chosen here. */
function seek(to: number): void {
  second = to;
  player.seek(to, true, undefined);
  current();
}

/** The captions that are shown, and the element of each. */
let shown: { second: number; row: HTMLElement }[] = [];

function draw({ cues, before, after }: Captions): void {
  const row = (text: string, to: number) => {
    const more = document.createElement('button');
    more.textContent = text;
    more.addEventListener('click', () => vscode.postMessage({ type: 'around', second: to }));
    return more;
  };
  shown = cues.map(({ second, time, text, notes, cited }) => {
    const row = document.createElement('button');
    row.tabIndex = -1;
    row.className = cited ? 'cue cited' : 'cue';
    const part = (name: 'time' | 'span', words: string) => Object.assign(document.createElement(name), { textContent: words });
    row.append(part('time', time), part('span', text));
    if (cited) {
      const count = part('span', cited === 1 ? (notes[0] ?? '') : `${cited} notes`);
      count.className = 'notes';
      row.append(count);
      row.title = `Cited in ${notes.join(', ')}${cited > notes.length ? ` and ${cited - notes.length} more` : ''}`;
    }
    row.addEventListener('click', () => seek(second));
    return { second, row };
  });
  const rows = shown.map(({ row }) => row);
  const [start, end] = [cues[0], cues.at(-1)];
  const none = document.createElement('p');
  none.className = 'none';
  none.textContent = 'There are no captions of this video in the vault.';
  list.replaceChildren(
    ...(before && start ? [row(`${before} earlier`, start.second)] : []),
    ...rows,
    ...(after && end ? [row(`${after} later`, end.second)] : []),
    ...(rows.length ? [] : [none]),
  );
}

/** Marks what is said now, and has it in view. */
function current(shows = second): void {
  const isBehind = ({ second: start }: { second: number }) => start <= shows;
  const now = shown.findLast(isBehind) ?? shown[0];
  const was = list.querySelector('.current');
  if (now && now.row !== was) {
    was?.classList.remove('current');
    was?.removeAttribute('aria-current');
    now.row.classList.add('current');
    now.row.setAttribute('aria-current', 'true');
    shown.forEach(({ row }) => (row.tabIndex = row === now.row ? 0 : -1));
    // While somebody reads elsewhere in the list, it stays where it is.
    list.matches(':focus-within, :hover') || now.row.scrollIntoView({ block: 'center' });
  }
}

list.addEventListener('keydown', event => {
  const step = { ArrowUp: -1, ArrowDown: 1, Home: -shown.length, End: shown.length }[event.key];
  const from = shown.findIndex(({ row }) => row === document.activeElement);
  if (step !== undefined && from >= 0) {
    event.preventDefault();
    shown[Math.max(0, Math.min(shown.length - 1, from + step))]?.row.focus();
  }
});

window.addEventListener('message', ({ data, source }: MessageEvent<ToPage>) => {
  // What is in the frame talks to its player alone.
  if (typeof data !== 'object' || data === null || source === document.querySelector('iframe')?.contentWindow) {
    return;
  }
  switch (data.type) {
    case 'captions': {
      const top = list.scrollTop;
      draw(data.captions);
      list.scrollTop = top;
      current();
      if (data.shows !== undefined) {
        shown.findLast(({ second }) => second <= (data.shows ?? 0))?.row.scrollIntoView({ block: 'center' });
      }
      return;
    }
    case 'seek': {
      second = data.second;
      player.seek(data.second, data.plays, data.embed);
      current();
    }
  }
});

element('open').hidden = !first.opens;
element('insert').addEventListener('click', () => vscode.postMessage({ type: 'insert' }));
element('open').addEventListener('click', () => vscode.postMessage({ type: 'open', second }));
draw(first.captions);
current();
