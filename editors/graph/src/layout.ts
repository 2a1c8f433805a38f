// Where nodes stand: first by folder, at once; then by forces, in a worker.
import { edgesWhere, type Ends, type GraphData } from './data';
import type { Start, Step } from './layout.worker';

declare const WORKER: string;

/** A golden angle between neighbors fills a disc evenly. */
const GOLDEN = Math.PI * (3 - Math.sqrt(5));

/** x and y of every node: each folder is a disc, its best linked notes in the middle, and the discs are a disc again. */
export function firstPlaces(data: GraphData, ends: Ends): Float32Array {
  const { nodes } = data;
  const folders = new Map<string, number[]>();
  nodes.forEach((node, at) => {
    if (!node.missing) {
      const members = folders.get(node.folder);
      members ? members.push(at) : folders.set(node.folder, [at]);
    }
  });
  const places = new Float32Array(nodes.length * 2);
  let taken = 0;
  // The largest folder in the middle; equals by name, so that the picture is the same each time.
  const largest = [...folders].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1));
  largest.forEach(([, members], number) => {
    const radius = Math.sqrt(members.length);
    const away = number === 0 ? 0 : Math.sqrt(taken) + radius;
    const [x, y] = [away * Math.cos(number * GOLDEN), away * Math.sin(number * GOLDEN)];
    members.sort((a, b) => ends.count(b) - ends.count(a) || a - b);
    members.forEach((node, at) => {
      places[2 * node] = 10 * (x + Math.sqrt(at) * Math.cos(at * GOLDEN));
      places[2 * node + 1] = 10 * (y + Math.sqrt(at) * Math.sin(at * GOLDEN));
    });
    taken += members.length * 2;
  });
  beside(places, data, edgesWhere(data, (_, target) => nodes[target]?.missing === true));
  return places;
}

/** Puts the targets of these edges around their sources. */
function beside(places: Float32Array, { sources, targets }: GraphData, edges: Uint32Array): void {
  const room = span(places) / Math.sqrt(places.length) / 6;
  const before = new Uint32Array(places.length / 2);
  for (const edge of edges) {
    const [source, target] = [sources[edge] ?? 0, targets[edge] ?? 0];
    const turn = (before[source] ?? 0) + 1;
    before[source] = turn;
    const away = room * (1 + Math.sqrt(turn));
    places[2 * target] = (places[2 * source] ?? 0) + away * Math.cos(turn * GOLDEN);
    places[2 * target + 1] = (places[2 * source + 1] ?? 0) + away * Math.sin(turn * GOLDEN);
  }
}

/** Nodes of a graph that is large: its layout is coarser, and not all of them take part. */
const LARGE = 1_000;

/** Steps that a graph of so many nodes gets: enough for a small one to come to rest, and for a large one to show its parts. */
function stepsFor(nodes: number): number {
  return nodes > 5_000 ? 100 : nodes > 500 ? 250 : 500;
}

/** A layout that goes on until it is done or stopped; `show` gets all places now and then. */
export class Layout {
  private readonly worker: Worker;

  constructor(data: GraphData, ends: Ends, places: Float32Array, show: (places: Float32Array, done: boolean) => void) {
    const { nodes, sources, targets } = data;
    const url = URL.createObjectURL(new Blob([WORKER], { type: 'text/javascript' }));
    this.worker = new Worker(url);
    URL.revokeObjectURL(url);
    const large = nodes.length > LARGE;
    // A missing note that one note wants says nothing of the others: in a large graph it is put beside that note.
    const follows = (node: number): boolean => large && nodes[node]?.missing === true && ends.count(node) === 1;
    const moved = [...nodes.keys()].filter(node => !follows(node));
    const rows = new Int32Array(nodes.length).fill(-1);
    moved.forEach((node, row) => (rows[node] = row));
    this.worker.onmessage = ({ data: step }: MessageEvent<Step>) => {
      const all = new Float32Array(2 * nodes.length);
      moved.forEach((node, row) => {
        all[2 * node] = step.places[2 * row] ?? 0;
        all[2 * node + 1] = step.places[2 * row + 1] ?? 0;
      });
      beside(all, data, followers);
      show(all, step.done);
    };
    const followers = edgesWhere(data, (_, target) => follows(target));
    // The layout of ForceAtlas2's matrices: x, y, dx, dy, old dx, old dy, mass, convergence, size, fixed.
    const matrix = new Float32Array(moved.length * 10);
    moved.forEach((node, row) => {
      matrix.set([places[2 * node] ?? 0, places[2 * node + 1] ?? 0, 0, 0, 0, 0, 1 + ends.count(node), 1, 1, 0], row * 10);
    });
    const row = (node: number | undefined): number => rows[node ?? 0] ?? -1;
    const pulling = edgesWhere(data, (source, target) => row(source) >= 0 && row(target) >= 0);
    const links = new Float32Array(pulling.length * 3);
    pulling.forEach((edge, at) => links.set([row(sources[edge]) * 10, row(targets[edge]) * 10, 1], at * 3));
    const start: Start = {
      nodes: matrix,
      edges: links,
      settings: {
        linLogMode: false, outboundAttractionDistribution: large, adjustSizes: false, edgeWeightInfluence: 0,
        scalingRatio: large ? 2 : 10, strongGravityMode: true, gravity: 0.05, slowDown: 1 + Math.log(nodes.length + 1),
        barnesHutOptimize: large, barnesHutTheta: large ? 1.2 : 0.8,
      },
      steps: stepsFor(moved.length),
      pause: large ? 1_000 : 100,
    };
    this.worker.postMessage(start, [matrix.buffer, links.buffer]);
  }

  stop(): void {
    this.worker.terminate();
  }
}

/** How far the places reach, in the larger direction. */
function span(places: Float32Array): number {
  const least = [Infinity, Infinity];
  const most = [-Infinity, -Infinity];
  places.forEach((place, at) => {
    least[at % 2] = Math.min(least[at % 2] ?? 0, place);
    most[at % 2] = Math.max(most[at % 2] ?? 0, place);
  });
  return Math.max((most[0] ?? 0) - (least[0] ?? 0), (most[1] ?? 0) - (least[1] ?? 0));
}
