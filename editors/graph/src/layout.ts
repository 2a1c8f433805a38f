// Where nodes stand: first by folder, at once; then by forces, in a worker.
import type { GraphData } from './data';
import type { Start, Step } from './layout.worker';
import { folderOf } from './look';

declare const WORKER: string;

/** A golden angle between neighbors fills a disc evenly. */
const GOLDEN = Math.PI * (3 - Math.sqrt(5));

/** x and y of every node: each folder is a disc, its best linked notes in the middle, and the discs are a disc again. */
export function firstPlaces({ nodes, edges }: GraphData): Float32Array {
  const degrees = new Uint32Array(nodes.length);
  for (const { source, target } of edges) {
    degrees[source] = (degrees[source] ?? 0) + 1;
    degrees[target] = (degrees[target] ?? 0) + 1;
  }
  const folders = new Map<string, number[]>();
  nodes.forEach((node, at) => {
    const folder = folderOf(node);
    const members = folders.get(folder);
    members ? members.push(at) : folders.set(folder, [at]);
  });
  const places = new Float32Array(nodes.length * 2);
  let taken = 0;
  // The largest folder in the middle; equals by name, so that the picture is the same each time.
  const largest = [...folders].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1));
  largest.forEach(([, members], number) => {
    const radius = Math.sqrt(members.length);
    const away = number === 0 ? 0 : Math.sqrt(taken) + radius;
    const [x, y] = [away * Math.cos(number * GOLDEN), away * Math.sin(number * GOLDEN)];
    members.sort((a, b) => (degrees[b] ?? 0) - (degrees[a] ?? 0) || a - b);
    members.forEach((node, at) => {
      places[2 * node] = 10 * (x + Math.sqrt(at) * Math.cos(at * GOLDEN));
      places[2 * node + 1] = 10 * (y + Math.sqrt(at) * Math.sin(at * GOLDEN));
    });
    taken += members.length * 2;
  });
  return places;
}

/** Steps that a graph of so many nodes gets: enough for a small one to come to rest, and for a large one to show its parts. */
function stepsFor(nodes: number): number {
  return nodes > 5_000 ? 120 : nodes > 500 ? 250 : 500;
}

/** A layout that goes on until it is done or stopped; `show` gets all places now and then. */
export class Layout {
  private readonly worker: Worker;

  constructor({ nodes, edges }: GraphData, places: Float32Array, show: (places: Float32Array, done: boolean) => void) {
    const url = URL.createObjectURL(new Blob([WORKER], { type: 'text/javascript' }));
    this.worker = new Worker(url);
    URL.revokeObjectURL(url);
    this.worker.onmessage = ({ data }: MessageEvent<Step>) => show(data.places, data.done);
    // The layout of ForceAtlas2's matrices: x, y, dx, dy, old dx, old dy, mass, convergence, size, fixed.
    const matrix = new Float32Array(nodes.length * 10);
    for (let at = 0; at < nodes.length; at++) {
      matrix[at * 10] = places[2 * at] ?? 0;
      matrix[at * 10 + 1] = places[2 * at + 1] ?? 0;
      matrix[at * 10 + 6] = 1;
      matrix[at * 10 + 7] = 1;
      matrix[at * 10 + 8] = 1;
    }
    const links = new Float32Array(edges.length * 3);
    edges.forEach(({ source, target }, at) => {
      links[at * 3] = source * 10;
      links[at * 3 + 1] = target * 10;
      links[at * 3 + 2] = 1;
      for (const end of [source, target]) {
        matrix[end * 10 + 6] = (matrix[end * 10 + 6] ?? 1) + 1;
      }
    });
    const large = nodes.length > 1_000;
    const start: Start = {
      nodes: matrix,
      edges: links,
      settings: {
        linLogMode: false, outboundAttractionDistribution: large, adjustSizes: false, edgeWeightInfluence: 0,
        scalingRatio: large ? 2 : 10, strongGravityMode: true, gravity: 0.05, slowDown: 1 + Math.log(nodes.length + 1),
        barnesHutOptimize: large, barnesHutTheta: 0.8,
      },
      steps: stepsFor(nodes.length),
      pause: large ? 1_500 : 100,
    };
    this.worker.postMessage(start, [matrix.buffer, links.buffer]);
  }

  stop(): void {
    this.worker.terminate();
  }
}
