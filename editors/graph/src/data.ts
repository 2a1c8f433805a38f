// The graph as `slugline graph --format json` prints it, and what the page and the editor around it tell each other.

export interface Node {
  /** The path of a note; the name of a missing one behind `?`. */
  id: string;
  title: string;
  missing?: boolean;
  tags?: string[];
  video?: string;
}

export interface Edge {
  /** Places in the list of nodes. */
  source: number;
  target: number;
  links: number;
}

export interface GraphData {
  nodes: Node[];
  edges: Edge[];
  /** Whether notes were left out, since there are too many. */
  cut: boolean;
}

/** Links from the note that is shown; `undefined` is the whole vault. */
export type Hops = number | undefined;

/** What the page asks the editor for. */
export type Request = { type: 'load'; hops: Hops } | { type: 'open'; id: string };

/** What the editor sends. */
export type Message =
  | { type: 'graph'; graph: GraphData; focus: string | undefined; hops: Hops }
  | { type: 'focus'; focus: string };

/** Where a page gets its graphs from: the editor around it, or what was written into it. */
export interface Host {
  load(hops: Hops, focus: string | undefined): void;
  /** `undefined` where the page stands alone, and can open nothing. */
  open?(id: string): void;
}

/** The part of `whole` that is at most `hops` links from the node `focus`. */
export function around(whole: GraphData, focus: string, hops: number): GraphData {
  const near = new Map<number, number>();
  const start = whole.nodes.findIndex(node => node.id === focus);
  if (start < 0) {
    return { nodes: [], edges: [], cut: false };
  }
  near.set(start, 0);
  const neighbors: number[][] = whole.nodes.map(() => []);
  for (const { source, target } of whole.edges) {
    neighbors[source]?.push(target);
    // What else wants a missing note is no neighbor of this one.
    if (!whole.nodes[target]?.missing) {
      neighbors[target]?.push(source);
    }
  }
  let last = [start];
  for (let hop = 1; hop <= hops; hop++) {
    const next: number[] = [];
    for (const found of last.flatMap(node => neighbors[node] ?? [])) {
      if (!near.has(found)) {
        near.set(found, hop);
        next.push(found);
      }
    }
    last = next;
  }
  const kept = [...near.keys()].sort((a, b) => a - b);
  const places = new Map(kept.map((node, at) => [node, at]));
  return {
    nodes: kept.flatMap(node => whole.nodes[node] ?? []),
    edges: whole.edges.flatMap(({ source, target, links }) => {
      const [from, to] = [places.get(source), places.get(target)];
      return from === undefined || to === undefined ? [] : [{ source: from, target: to, links }];
    }),
    cut: whole.cut,
  };
}
