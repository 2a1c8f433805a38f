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

  constructor({ nodes, edges }: GraphData) {
    this.starts = new Uint32Array(nodes.length + 1);
    for (const { source, target } of edges) {
      for (const end of [source, target]) {
        this.starts[end + 1] = (this.starts[end + 1] ?? 0) + 1;
      }
    }
    for (let at = 0; at < nodes.length; at++) {
      this.starts[at + 1] = (this.starts[at + 1] ?? 0) + (this.starts[at] ?? 0);
    }
    const next = this.starts.slice();
    this.edges = new Uint32Array(2 * edges.length);
    edges.forEach(({ source, target }, at) => {
      for (const end of [source, target]) {
        const place = next[end] ?? 0;
        this.edges[place] = at;
        next[end] = place + 1;
      }
    });
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
    return { nodes: [], edges: [], cut: false };
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
        const { source, target } = whole.edges[edge] as Edge;
        const other = source === node ? target : source;
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
  return {
    nodes: kept.flatMap(node => whole.nodes[node] ?? []),
    edges: whole.edges.flatMap(({ source, target, links }) => {
      const [from, to] = [places.get(source), places.get(target)];
      return from === undefined || to === undefined ? [] : [{ source: from, target: to, links }];
    }),
    cut: whole.cut,
  };
}
