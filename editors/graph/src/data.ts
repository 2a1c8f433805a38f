// The graph as the program writes it for this page, and what the page and the editor around it tell each other.

export interface Node {
  /** The path of a note; the name of a missing one behind `?`. */
  id: string;
  title: string;
  /** Missing notes have one of their own. */
  folder: string;
  tags: string[];
  video: string | undefined;
  missing: boolean;
}

export interface GraphData {
  /** Notes, then missing ones. */
  nodes: Node[];
  /** Of each edge the places of its ends in the list of nodes. */
  sources: Uint32Array;
  targets: Uint32Array;
  /** Whether notes were left out, since there are too many. */
  cut: boolean;
}

/** What the program writes: by columns, with what many notes have in common once; `ide::GraphColumns` says more. */
interface Columns {
  folders: string[];
  tags: string[];
  videos: string[];
  notes: { folder: number[]; name: string[]; title: (string | null)[]; tags: number[][]; video: (number | null)[] };
  missing: string[];
  counts: number[];
  targets: number[];
  cut: boolean;
}

/** The graph that the program has written. */
export function read(written: string): GraphData {
  const { folders, tags, videos, notes, missing, counts, targets, cut } = JSON.parse(written) as Columns;
  const nodes = notes.name.map((name, at): Node => {
    const folder = folders[notes.folder[at] ?? 0] ?? '';
    const video = notes.video[at];
    return {
      id: folder === '' ? name : `${folder}/${name}`,
      title: notes.title[at] ?? name.replace(/(?<=.)\.[^.]+$/, ''),
      folder,
      tags: (notes.tags[at] ?? []).map(tag => tags[tag] ?? ''),
      video: typeof video === 'number' ? videos[video] : undefined,
      missing: false,
    };
  });
  for (const name of missing) {
    nodes.push({ id: `?${name}`, title: name, folder: '?', tags: [], video: undefined, missing: true });
  }
  const sources = new Uint32Array(targets.length);
  let edge = 0;
  counts.forEach((count, source) => sources.fill(source, edge, (edge += count)));
  return { nodes, sources, targets: Uint32Array.from(targets), cut };
}

/** Links from the note that is shown; `undefined` is the whole vault. */
export type Hops = number | undefined;

/** What the page asks the editor for. */
export type Request = { type: 'load'; hops: Hops } | { type: 'open'; id: string };

/** What the editor sends. */
export type Message =
  | { type: 'graph'; graph: string; focus: string | undefined; hops: Hops }
  | { type: 'focus'; focus: string }
  | { type: 'search' };

/** Where a page gets its graphs from: the editor around it, or what was written into it. */
export interface Host {
  load(hops: Hops, focus: string | undefined): void;
  /** `undefined` where the page stands alone, and can open nothing. */
  open?(id: string): void;
}

/** The edges of each node. */
export class Ends {
  private readonly starts: Uint32Array;
  private readonly edges: Uint32Array;

  constructor({ nodes, sources, targets }: GraphData) {
    const starts = new Uint32Array(nodes.length + 1);
    for (const ends of [sources, targets]) {
      ends.forEach(end => (starts[end + 1] = (starts[end + 1] ?? 0) + 1));
    }
    for (let at = 0; at < nodes.length; at++) {
      starts[at + 1] = (starts[at + 1] ?? 0) + (starts[at] ?? 0);
    }
    const next = starts.slice();
    const edges = new Uint32Array(2 * sources.length);
    const put = (end: number, edge: number): void => {
      const place = next[end] ?? 0;
      edges[place] = edge;
      next[end] = place + 1;
    };
    sources.forEach((source, edge) => {
      put(source, edge);
      put(targets[edge] ?? 0, edge);
    });
    [this.starts, this.edges] = [starts, edges];
  }

  /** The edges of a node, by their places in the list of edges. */
  of(node: number): Uint32Array {
    return this.edges.subarray(this.starts[node], this.starts[node + 1]);
  }

  /** How many edges a node has. */
  count(node: number): number {
    return (this.starts[node + 1] ?? 0) - (this.starts[node] ?? 0);
  }
}

/** The part of `whole` that is at most `hops` links from the node `focus`. */
export function around(whole: GraphData, ends: Ends, focus: string, hops: number): GraphData {
  const start = whole.nodes.findIndex(node => node.id === focus);
  if (start < 0) {
    return { nodes: [], sources: new Uint32Array(), targets: new Uint32Array(), cut: false };
  }
  const near = new Set([start]);
  let last = [start];
  for (let hop = 1; hop <= hops; hop++) {
    const next: number[] = [];
    for (const node of last) {
      // What else wants a missing note is no neighbor of those that do.
      if (whole.nodes[node]?.missing && node !== start) {
        continue;
      }
      for (const edge of ends.of(node)) {
        const other = otherEnd(whole, edge, node);
        if (!near.has(other)) {
          near.add(other);
          next.push(other);
        }
      }
    }
    last = next;
  }
  const kept = [...near].sort((a, b) => a - b);
  const places = new Map(kept.map((node, at) => [node, at]));
  const within = edgesWhere(whole, (source, target) => places.has(source) && places.has(target));
  return {
    nodes: kept.flatMap(node => whole.nodes[node] ?? []),
    sources: within.map(edge => places.get(whole.sources[edge] ?? 0) ?? 0),
    targets: within.map(edge => places.get(whole.targets[edge] ?? 0) ?? 0),
    cut: whole.cut,
  };
}

/** The edges between such nodes, by their places in the list of edges. */
export function edgesWhere({ sources, targets }: GraphData, wanted: (source: number, target: number) => boolean): Uint32Array {
  const found = new Uint32Array(sources.length);
  let count = 0;
  sources.forEach((source, edge) => {
    if (wanted(source, targets[edge] ?? 0)) {
      found[count++] = edge;
    }
  });
  return found.slice(0, count);
}

/** The node at the other end of an edge. */
export function otherEnd({ sources, targets }: GraphData, edge: number, node: number): number {
  return (sources[edge] === node ? targets[edge] : sources[edge]) ?? 0;
}
