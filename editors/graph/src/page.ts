// A page that draws notes and their links: in a panel of VS Code, which sends the graph, or on its own, with the graph in it.
import { around, edgesWhere, Ends, type GraphData, type Hops, type Host, type Message, type Node, otherEnd, read, type Request } from './data';
import { colors, theme } from './look';
import { Picture } from './picture';

declare function acquireVsCodeApi(): { postMessage(request: Request): void };

/** Entries of a list beside the picture. */
const MOST_LISTED = 20;
/** Notes that a search marks in the picture. */
const MOST_MARKED = 500;
/** Folders whose colors are listed. */
const MOST_COLORS = 12;
/** What lists of filters call all: no folder, tag or video has this name. */
const ALL = '*';

const element = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const bar = element<HTMLFormElement>('bar');
const search = element<HTMLInputElement>('search');
const scope = element<HTMLSelectElement>('scope');
const filters = { folder: element<HTMLSelectElement>('folder'), tag: element<HTMLSelectElement>('tag'), video: element<HTMLSelectElement>('video') };
const missing = element<HTMLSelectElement>('missing');
const graph = element('graph');
const details = element('details');
const legend = element<HTMLDetailsElement>('legend');
/** Where the colors of folders would cover much of the picture: they are folded away then, until somebody wants them. */
const small = matchMedia('(max-width: 800px), (max-height: 420px)');

let picture: Picture | undefined;
let kept = new Uint8Array();
let focus: string | undefined;

const written = element('data').textContent?.trim();
const host: Host = written ? alone(read(written)) : inEditor();

/** The page has its graph in it. */
function alone(whole: GraphData): Host {
  const ends = new Ends(whole);
  return {
    load(hops, about) {
      const data = hops === undefined || about === undefined ? whole : around(whole, ends, about, hops);
      show(data, about, about === undefined ? undefined : hops);
    },
  };
}

/** The editor around the page has the graph. */
function inEditor(): Host {
  const editor = acquireVsCodeApi();
  window.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    switch (data.type) {
      case 'graph': return show(read(data.graph), data.focus, data.hops);
      case 'focus': return follow(data.focus);
      case 'search': return search.focus();
    }
  });
  return {
    load: hops => editor.postMessage({ type: 'load', hops }),
    open: id => editor.postMessage({ type: 'open', id }),
  };
}

function hops(): Hops {
  return scope.value === '' ? undefined : Number(scope.value);
}

/** The place of a node in the list. */
function placeOf(id: string | undefined): number | undefined {
  const at = picture?.data.nodes.findIndex(node => node.id === id) ?? -1;
  return at < 0 ? undefined : at;
}

/** Draws another graph, or the same one anew, with its nodes where they are. */
function show(data: GraphData, about: string | undefined, around: Hops): void {
  const same = picture?.data === data && document.body.dataset.layout === 'done';
  const places = same ? picture?.places : undefined;
  focus = about;
  scope.value = around === undefined ? '' : String(around);
  const look = theme();
  const counts = new Map<string, number>();
  for (const { folder, missing } of data.nodes) {
    missing || counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  const folders = [...counts.keys()].sort();
  const palette = colors(folders, look.lightness);
  document.body.dataset.layout = same ? 'done' : 'running';
  picture = new Picture(data, graph, look, palette, {
    covered: () => (legend.hidden ? undefined : legend.getBoundingClientRect()),
    choose,
    over: node => mark(node ?? placeOf(focus)),
    rest: () => {
      document.body.dataset.layout = 'done';
      drawn('rest');
    },
  }, places, picture);
  fill(filters.folder, 'all folders', folders.map(folder => [folder, folderName(folder)]));
  fill(filters.tag, 'all tags', counted(data.nodes.flatMap(node => node.tags), tag => `#${tag}`));
  fill(filters.video, 'all videos', counted(data.nodes.flatMap(node => node.video ?? []), video => video));
  explain([...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)), palette);
  filter();
  const at = placeOf(focus);
  mark(at);
  describe(at);
  document.body.dataset.drawn = String(data.nodes.length);
  drawn('first picture');
}

/** Notes for whoever measures it when something could be seen. */
function drawn(what: string): void {
  requestAnimationFrame(() => requestAnimationFrame(() => performance.mark(what)));
}

function folderName(folder: string): string {
  return folder === '' ? '(top folder)' : folder;
}

/** Lists the colors of the largest folders; each is a button that shows this folder alone. */
function explain(folders: [string, number][], palette: Map<string, string>): void {
  legend.hidden = folders.length < 2;
  element('colors').replaceChildren(...folders.slice(0, MOST_COLORS).map(([folder]) => {
    const button = made('button', folderName(folder));
    button.type = 'button';
    button.title = `Show ${folderName(folder)} only`;
    const dot = document.createElement('i');
    dot.style.background = palette.get(folder) ?? '';
    button.prepend(dot);
    button.addEventListener('click', () => {
      filters.folder.value = filters.folder.value === folder ? ALL : folder;
      filter();
    });
    return button;
  }));
}

/** Values by how often they are there, each with its count. */
function counted(values: string[], name: (value: string) => string): [string, string][] {
  const counts = new Map<string, number>();
  for (const value of values) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, 500);
  return sorted.map(([value, count]) => [value, `${name(value)} (${count})`]);
}

/** Fills a list to choose from; what was chosen stays, where it is still there. */
function fill(list: HTMLSelectElement, all: string, entries: [string, string][]): void {
  const before = list.options.length > 0 ? list.value : ALL;
  list.replaceChildren(...[[ALL, all] as [string, string], ...entries].map(([value, text]) => new Option(text, value)));
  list.value = entries.some(([value]) => value === before) ? before : ALL;
  const { parentElement } = list;
  if (parentElement) {
    parentElement.hidden = entries.length < 2;
  }
}

/** Hides what the filters leave out. */
function filter(): void {
  if (!picture) {
    return;
  }
  const { data } = picture;
  const { nodes, sources, targets, cut } = data;
  const wants = new Uint8Array(nodes.length);
  sources.forEach((source, edge) => nodes[targets[edge] ?? 0]?.missing && (wants[source] = 1));
  const { folder, tag, video } = filters;
  const within = (own: string, wanted: string): boolean => own === wanted || (wanted !== '' && own.startsWith(`${wanted}/`));
  const keeps = (node: Node, at: number): boolean => {
    if (node.missing) {
      return missing.value !== 'hidden';
    }
    return (folder.value === ALL || within(node.folder, folder.value))
      && (tag.value === ALL || node.tags.some(own => within(own, tag.value)))
      && (video.value === ALL || node.video === video.value)
      && (missing.value !== 'only' || wants[at] === 1);
  };
  kept = Uint8Array.from(nodes, (node, at) => (keeps(node, at) ? 1 : 0));
  // A missing note that no shown note wants goes, too.
  const reached = new Uint8Array(nodes.length);
  sources.forEach((source, edge) => kept[source] && (reached[targets[edge] ?? 0] = 1));
  nodes.forEach((node, at) => node.missing && !reached[at] && (kept[at] = 0));
  picture.keep(kept);
  const notes = nodes.filter((node, at) => kept[at] && !node.missing).length;
  const links = edgesWhere(data, (source, target) => kept[source] === 1 && kept[target] === 1).length;
  const number = (count: number, one: string): string => `${count.toLocaleString('en-US')} ${one}${count === 1 ? '' : 's'}`;
  element('count').textContent = `${number(notes, 'note')}, ${number(links, 'link')}${cut ? ' (the nearest of more)' : ''}`;
}

/** Marks a node and its links. */
function mark(node: number | undefined): void {
  picture?.mark(node === undefined ? [] : [node]);
}

/** What a click or a key on a node does: it is shown, and opened where that can be. */
function choose(node: number): void {
  focus = picture?.data.nodes[node]?.id;
  mark(node);
  describe(node);
  if (focus !== undefined) {
    host.open?.(focus);
  }
}

/** Says beside the picture what a node is, and what it is linked to. */
function describe(at: number | undefined): void {
  const node = at === undefined ? undefined : picture?.data.nodes[at];
  details.hidden = !node;
  if (!picture || at === undefined || !node) {
    return;
  }
  const { data, ends } = picture;
  const own = [...ends.of(at)];
  const others = (isSource: boolean): number[] =>
    own.filter(edge => (data.sources[edge] === at) === isSource).map(edge => otherEnd(data, edge, at));
  list(node.title, node.missing ? 'There is no such note.' : node.id, [
    ['Links to', others(true)],
    ['Backlinks', others(false)],
  ]);
}

function made<K extends keyof HTMLElementTagNameMap>(tag: K, content: string): HTMLElementTagNameMap[K] {
  const it = document.createElement(tag);
  it.textContent = content;
  return it;
}

function list(title: string, text: string, parts: [string, number[]][]): void {
  details.replaceChildren(made('h2', title), made('p', text));
  for (const [name, nodes] of parts.filter(([, nodes]) => nodes.length > 0)) {
    const entries = document.createElement('ul');
    for (const at of nodes.slice(0, MOST_LISTED)) {
      const node = picture?.data.nodes[at];
      const entry = document.createElement('li');
      const button = made('button', node?.title ?? '');
      button.type = 'button';
      button.title = node?.id ?? '';
      button.addEventListener('click', () => {
        picture?.center(at);
        choose(at);
      });
      entry.append(button);
      entries.append(entry);
    }
    details.append(made('h3', `${name} (${nodes.length.toLocaleString('en-US')})`), entries);
    if (nodes.length > MOST_LISTED) {
      details.append(made('p', `and ${(nodes.length - MOST_LISTED).toLocaleString('en-US')} more`));
    }
  }
  details.hidden = false;
}

/** The editor shows another note. */
function follow(id: string): void {
  focus = id;
  if (hops() !== undefined) {
    host.load(hops(), id);
    return;
  }
  const at = placeOf(id);
  mark(at);
  describe(at);
  if (at !== undefined) {
    picture?.center(at);
  }
}

/** Lists the notes with these words in their title or path, and marks them. */
function find(): void {
  const words = search.value.toLowerCase().trim();
  if (!picture || words === '') {
    const at = placeOf(focus);
    mark(at);
    describe(at);
    return;
  }
  const { nodes } = picture.data;
  const found: { at: number; rank: number; title: string }[] = [];
  nodes.forEach(({ title, id }, at) => {
    const lower = title.toLowerCase();
    if (kept[at] && (lower.includes(words) || id.toLowerCase().includes(words))) {
      found.push({ at, rank: lower.startsWith(words) ? 0 : lower.includes(words) ? 1 : 2, title });
    }
  });
  found.sort((a, b) => a.rank - b.rank || a.title.length - b.title.length || a.at - b.at);
  const places = found.map(({ at }) => at);
  picture.mark(places.slice(0, MOST_MARKED));
  list(`Search: ${search.value.trim()}`, places.length === 0 ? 'No note has these words in its title or path.' : '', [['Notes', places]]);
}

/** The keys of the search: down into the list beside the picture, up and down in it, and back. */
function keys(event: KeyboardEvent): void {
  const buttons = [...details.querySelectorAll<HTMLButtonElement>('li button')];
  const at = buttons.indexOf(event.target as HTMLButtonElement);
  if (event.key === 'Escape' && (at >= 0 || event.target === search)) {
    search.value = '';
    search.focus();
    find();
  } else if (event.key === 'ArrowDown' && (at >= 0 || event.target === search)) {
    buttons[at + 1]?.focus();
  } else if (event.key === 'ArrowUp' && at >= 0) {
    (buttons[at - 1] ?? search).focus();
  } else {
    return;
  }
  event.preventDefault();
}

/** The keys of the picture. */
function moves(event: KeyboardEvent): void {
  const by = {
    ArrowLeft: { x: -0.2 }, ArrowRight: { x: 0.2 }, ArrowUp: { y: 0.2 }, ArrowDown: { y: -0.2 },
    '+': { zoom: 0.7 }, '=': { zoom: 0.7 }, '-': { zoom: 1.4 }, 0: {}, Home: {},
  }[event.key];
  if (by && !event.ctrlKey && !event.metaKey && !event.altKey) {
    picture?.move(by);
    event.preventDefault();
  }
}

search.addEventListener('input', find);
document.addEventListener('keydown', keys);
graph.addEventListener('keydown', moves);
bar.addEventListener('submit', event => {
  event.preventDefault();
  details.querySelector<HTMLButtonElement>('li button')?.click();
});
scope.addEventListener('change', () => host.load(hops(), focus));
for (const list of [filters.folder, filters.tag, filters.video, missing]) {
  list.addEventListener('change', filter);
}
const fold = (): void => {
  legend.open = !small.matches;
};
small.addEventListener('change', fold);
fold();
legend.addEventListener('toggle', () => picture?.draw());
// Another theme of the editor or the system.
const redraw = (): void => {
  if (picture) {
    show(picture.data, focus, hops());
  }
};
new MutationObserver(redraw).observe(document.body, { attributeFilter: ['class', 'data-vscode-theme-id'] });
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);

host.load(written ? undefined : 1, undefined);
