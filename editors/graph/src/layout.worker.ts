// ForceAtlas2, off the page's thread. The same graph gets the same picture each time: it begins at the same places and
// takes the same number of steps; nothing is by chance.
import iterate from 'graphology-layout-forceatlas2/iterate';

export interface Start {
  /** Ten numbers a node, as ForceAtlas2 has them. */
  nodes: Float32Array;
  /** Three numbers an edge. */
  edges: Float32Array;
  settings: object;
  steps: number;
  /** Milliseconds between two pictures. */
  pause: number;
}

export interface Step {
  /** x and y of every node. */
  places: Float32Array;
  done: boolean;
}

const PER_NODE = 10;

self.onmessage = ({ data: { nodes, edges, settings, steps, pause } }: MessageEvent<Start>) => {
  const show = (done: boolean): void => {
    const places = new Float32Array((nodes.length / PER_NODE) * 2);
    for (let at = 0; at < places.length / 2; at++) {
      places[2 * at] = nodes[at * PER_NODE] ?? 0;
      places[2 * at + 1] = nodes[at * PER_NODE + 1] ?? 0;
    }
    (self as unknown as { postMessage(step: Step, transfer: Transferable[]): void }).postMessage({ places, done }, [places.buffer]);
  };
  let shown = performance.now();
  for (let step = 0; step < steps; step++) {
    iterate(settings, nodes, edges);
    if (performance.now() - shown > pause) {
      show(false);
      shown = performance.now();
    }
  }
  show(true);
};
