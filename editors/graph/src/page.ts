// A page that draws notes and their links: in a panel of VS Code, which sends the graph, or on its own, with the graph in it.
import Graph from 'graphology';
import Sigma from 'sigma';
import { around, type GraphData, type Hops, type Host, type Message, type Node, type Request } from './data';
import { firstPlaces, Layout } from './layout';
import { colors, folderOf, theme } from './look';

declare function acquireVsCodeApi(): { postMessage(request: Request): void };

/** Entries of a list beside the picture. */
const MOST_LISTED = 20;

const element = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const bar = element<HTMLFormElement>('bar');
const search = element<HTMLInputElement>('search');
const scope = element<HTMLSelectElement>('scope');
const filters = { folder: element<HTMLSelectElement>('folder'), tag: element<HTMLSelectElement>('tag'), video: element<HTMLSelectElement>('video') };
const missing = element<HTMLSelectElement>('missing');
const details = element('details');

interface Shown {
  data: GraphData;
  graph: Graph;
  sigma: Sigma;
  layout: Layout;
  hidden: Set<string>;
}

let shown: Shown | undefined;
let focus: string | undefined;

const written = element('data').textContent?.trim();
const host: Host = written ? alone(JSON.parse(written) as GraphData) : inEditor();

/** The page has its graph in it. */
function alone(whole: GraphData): Host {
  return {
    load(hops, about) {
      const data = hops === undefined || about === undefined ? whole : around(whole, about, hops);
      show(data, about, about === undefined ? undefined : hops);
    },
  };
}

/** The editor around the page has the graph. */
function inEditor(): Host {
  const editor = acquireVsCodeApi();
  window.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    if (data.type === 'graph') {
      show(data.graph, data.focus, data.hops);
    } else {
      follow(data.focus);
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

/** Draws another graph. */
function show(data: GraphData, about: string | undefined, around: Hops): void {
  shown?.layout.stop();
  shown?.sigma.kill();
  focus = about;
  scope.value = around === undefined ? '' : String(around);
  const look = theme();
  const folders = [...new Set(data.nodes.filter(node => !node.missing).map(folderOf))].sort();
  const palette = colors(folders, look.lightness);
  const degrees = new Uint32Array(data.nodes.length);
  for (const { source, target } of data.edges) {
    degrees[source] = (degrees[source] ?? 0) + 1;
    degrees[target] = (degrees[target] ?? 0) + 1;
  }
  const places = firstPlaces(data);
  const graph = new Graph({ type: 'directed', multi: false, allowSelfLoops: false });
  const base = data.nodes.length > 2_000 ? 2 : 3.5;
  data.nodes.forEach((node, at) => {
    graph.addNode(node.id, {
      label: node.title,
      x: places[2 * at],
      y: places[2 * at + 1],
      size: base + Math.min(14, Math.sqrt(degrees[at] ?? 0) * (base / 4)),
      color: node.missing ? look.missing : palette.get(folderOf(node)),
      opacity: node.missing ? 0.55 : 1,
    });
  });
  const faint = data.edges.length > 20_000 ? 0.07 : data.edges.length > 2_000 ? 0.3 : 0.6;
  for (const { source, target, links } of data.edges) {
    const [from, to] = [data.nodes[source], data.nodes[target]];
    if (from && to) {
      graph.addEdge(from.id, to.id, { size: Math.min(3, 0.6 + Math.log2(links) / 3), color: look.link, opacity: faint });
    }
  }
  const sigma = new Sigma(graph, element('graph'), {
    settings: {
      allowInvalidContainer: true,
      hideEdgesOnMove: data.edges.length > 50_000,
      labelRenderedSizeThreshold: data.nodes.length > 2_000 ? 5 : 4,
      minEdgeThickness: 0.6,
      autoRescale: true,
    },
    styles: {
      stage: { background: look.background },
      nodes: {
        x: { attribute: 'x' },
        y: { attribute: 'y' },
        size: { attribute: 'size' },
        color: { whenState: 'isHighlighted', then: look.accent, else: { attribute: 'color' } },
        opacity: { attribute: 'opacity' },
        label: { attribute: 'label' },
        labelColor: look.text,
        labelFont: getComputedStyle(document.body).fontFamily,
        labelSize: 12,
        labelBackgroundColor: `${look.background}b0`,
        labelBackgroundPadding: 1,
        visibility: { whenState: 'isHidden', then: 'hidden', else: 'visible' },
        labelVisibility: {
          when: (_, state) => state.isHovered || state.isHighlighted, then: 'visible', else: 'auto',
        },
        zIndex: { whenState: 'isHighlighted', then: 1, else: 0 },
        backdropVisibility: { whenState: 'isHovered', then: 'visible', else: 'hidden' },
        backdropColor: look.background,
        cursor: 'pointer',
      },
      edges: {
        size: { attribute: 'size' },
        color: { whenState: 'isHighlighted', then: look.accent, else: { attribute: 'color' } },
        opacity: { whenState: 'isHighlighted', then: 1, else: { attribute: 'opacity' } },
        head: data.edges.length > 20_000 ? 'none' : 'arrow',
        visibility: { whenState: 'isHidden', then: 'hidden', else: 'visible' },
      },
    },
  });
  const layout = new Layout(data, places, (places, done) => {
    let at = 0;
    graph.updateEachNodeAttributes((_, attributes) => {
      attributes.x = places[2 * at];
      attributes.y = places[2 * at + 1];
      at += 1;
      return attributes;
    }, { attributes: ['x', 'y'] });
    if (done) {
      document.body.dataset.layout = 'done';
    }
  });
  document.body.dataset.layout = 'running';
  shown = { data, graph, sigma, layout, hidden: new Set() };
  sigma.on('clickNode', ({ node }) => choose(node));
  sigma.on('enterNode', ({ node }) => mark(node));
  sigma.on('leaveNode', () => mark(focus));
  fill(filters.folder, 'all folders', folders.map(folder => [folder, folder === '' ? '(top folder)' : folder]));
  fill(filters.tag, 'all tags', counted(data.nodes.flatMap(node => node.tags ?? []), tag => `#${tag}`));
  fill(filters.video, 'all videos', counted(data.nodes.flatMap(node => node.video ?? []), video => video));
  filter();
  mark(focus);
  describe(focus);
  document.body.dataset.drawn = String(data.nodes.length);
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
  const before = list.options.length > 0 ? list.value : '*';
  // The value of "all" is one that no folder has.
  list.replaceChildren(...[['*', all] as [string, string], ...entries].map(([value, text]) => new Option(text, value)));
  list.value = entries.some(([value]) => value === before) ? before : '*';
  const { parentElement } = list;
  if (parentElement) {
    parentElement.hidden = entries.length < 2;
  }
}

/** Hides what the filters leave out. */
function filter(): void {
  if (!shown) {
    return;
  }
  const { data, sigma } = shown;
  const wanted = new Set<number>();
  data.edges.forEach(({ source, target }) => data.nodes[target]?.missing && wanted.add(source));
  const keeps = (node: Node, at: number): boolean => {
    if (node.missing) {
      return missing.value !== 'hidden';
    }
    const { folder, tag, video } = filters;
    return (folder.value === '*' || folderOf(node) === folder.value || folderOf(node).startsWith(`${folder.value}/`) && folder.value !== '')
      && (tag.value === '*' || (node.tags ?? []).some(own => own === tag.value || own.startsWith(`${tag.value}/`)))
      && (video.value === '*' || node.video === video.value)
      && (missing.value !== 'only' || wanted.has(at));
  };
  const kept = data.nodes.map(keeps);
  // A missing note that no shown note wants goes, too.
  const reached = new Set(data.edges.filter(edge => kept[edge.source] && data.nodes[edge.source]?.missing !== true).map(edge => edge.target));
  data.nodes.forEach((node, at) => {
    kept[at] = kept[at] === true && (!node.missing || reached.has(at));
  });
  const names = (is: boolean): string[] => data.nodes.filter((_, at) => kept[at] === is).map(node => node.id);
  shown.hidden = new Set(names(false));
  sigma.setNodesState(names(true), { isHidden: false });
  sigma.setNodesState([...shown.hidden], { isHidden: true });
  const notes = data.nodes.filter((node, at) => kept[at] && !node.missing).length;
  const links = data.edges.filter(edge => kept[edge.source] && kept[edge.target]).length;
  const number = (count: number, one: string): string => `${count.toLocaleString('en-US')} ${one}${count === 1 ? '' : 's'}`;
  element('count').textContent = `${number(notes, 'note')}, ${number(links, 'link')}${data.cut ? ' (the nearest of more)' : ''}`;
}

let marked: { nodes: string[]; edges: string[] } = { nodes: [], edges: [] };

/** Marks a node and its links. */
function mark(node: string | undefined): void {
  if (!shown) {
    return;
  }
  const { graph, sigma } = shown;
  const own = (keys: string[], has: (key: string) => boolean): string[] => keys.filter(has);
  sigma.setNodesState(own(marked.nodes, key => graph.hasNode(key)), { isHighlighted: false });
  sigma.setEdgesState(own(marked.edges, key => graph.hasEdge(key)), { isHighlighted: false });
  const is = node !== undefined && graph.hasNode(node);
  marked = { nodes: is ? [node] : [], edges: is ? graph.edges(node) : [] };
  sigma.setNodesState(marked.nodes, { isHighlighted: true });
  sigma.setEdgesState(marked.edges, { isHighlighted: true });
}

/** What a click or a key on a node does: it is shown, and opened where that can be. */
function choose(id: string): void {
  focus = id;
  mark(id);
  describe(id);
  host.open?.(id);
}

/** Says beside the picture what a node is, and what it is linked to. */
function describe(id: string | undefined): void {
  const at = shown?.data.nodes.findIndex(node => node.id === id) ?? -1;
  const node = shown?.data.nodes[at];
  details.hidden = !node;
  if (!shown || !node) {
    return;
  }
  const { nodes, edges } = shown.data;
  const ends = (found: (number | undefined)[]): Node[] => found.flatMap(end => (end === undefined ? [] : nodes[end] ?? []));
  const to = ends(edges.map(edge => (edge.source === at ? edge.target : undefined)));
  const from = ends(edges.map(edge => (edge.target === at ? edge.source : undefined)));
  list(node.title, node.missing ? 'There is no such note.' : node.id, [['Links to', to], ['Backlinks', from]]);
}

function list(title: string, text: string, parts: [string, Node[]][]): void {
  const made = <K extends keyof HTMLElementTagNameMap>(tag: K, content: string): HTMLElementTagNameMap[K] => {
    const it = document.createElement(tag);
    it.textContent = content;
    return it;
  };
  details.replaceChildren(made('h2', title), made('p', text));
  for (const [name, nodes] of parts.filter(([, nodes]) => nodes.length > 0)) {
    const entries = document.createElement('ul');
    for (const node of nodes.slice(0, MOST_LISTED)) {
      const entry = document.createElement('li');
      const button = made('button', node.title);
      button.type = 'button';
      button.title = node.id;
      button.addEventListener('click', () => {
        center(node.id);
        choose(node.id);
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

/** Brings a node into the middle. */
function center(id: string): void {
  const place = shown?.sigma.getNodeDisplayData(id);
  if (place) {
    void shown?.sigma.getCamera().animate({ x: place.x, y: place.y, ratio: Math.min(0.3, shown.sigma.getCamera().ratio) }, { duration: 200 });
  }
}

/** The editor shows another note. */
function follow(id: string): void {
  focus = id;
  if (hops() !== undefined) {
    host.load(hops(), id);
  } else {
    mark(id);
    describe(id);
    center(id);
  }
}

search.addEventListener('input', () => {
  const words = search.value.toLowerCase().trim();
  if (!shown || words === '') {
    describe(focus);
    return;
  }
  const { hidden } = shown;
  const found = shown.data.nodes.filter(node =>
    !hidden.has(node.id) && (node.title.toLowerCase().includes(words) || node.id.toLowerCase().includes(words)));
  const first = (node: Node): number => (node.title.toLowerCase().startsWith(words) ? 0 : 1);
  found.sort((a, b) => first(a) - first(b) || a.title.length - b.title.length || (a.id < b.id ? -1 : 1));
  list(`Search: ${search.value.trim()}`, found.length === 0 ? 'No note has these words in its title or path.' : '', [['Notes', found]]);
});
bar.addEventListener('submit', event => {
  event.preventDefault();
  details.querySelector<HTMLButtonElement>('li button')?.click();
});
scope.addEventListener('change', () => host.load(hops(), focus));
for (const list of [filters.folder, filters.tag, filters.video, missing]) {
  list.addEventListener('change', filter);
}
// Another theme of the editor or the system.
const redraw = (): void => {
  if (shown) {
    show(shown.data, focus, hops());
  }
};
new MutationObserver(redraw).observe(document.body, { attributeFilter: ['class'] });
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);

host.load(written ? undefined : 1, undefined);
