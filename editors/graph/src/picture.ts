// The picture: points and lines, names above them, and sigma's camera and gestures.
import Graph from 'graphology';
import Sigma from 'sigma';
import { Cloud } from './cloud';
import { Ends, type GraphData, otherEnd } from './data';
import { Labels } from './labels';
import { firstPlaces, Layout } from './layout';
import type { Theme } from './look';

/** Neighbors of a node whose names come first when it is marked. */
const MOST_NEIGHBORS = 40;
/** Milliseconds after the last movement at which a picture rests. */
const REST = 300;
/** Pixels around a node at which it can still be pointed at. */
const NEAR = 4;

/** The pointer, where nothing new is known of it. */
const NOWHERE = { x: Number.NaN, y: Number.NaN };

export interface Listener {
  choose(node: number): void;
  /** The pointer is over a node, or over none. */
  over(node: number | undefined): void;
  /** What of the page lies over the picture. */
  covered(): DOMRect | undefined;
  /** The layout has come to rest. */
  rest(): void;
}

/** What is drawn on, which a picture leaves to the next one: making it takes as long as drawing thousands of notes. */
interface Stage {
  sigma: Sigma;
  names: HTMLCanvasElement;
  background: string;
}

export class Picture {
  readonly ends: Ends;
  /** x and y of every node. */
  places: Float32Array;
  private readonly stage: Stage;
  private readonly sigma: Sigma;
  /** Has sigma tell this picture nothing more. */
  private readonly deaf: (() => void)[] = [];
  private readonly layout: Layout | undefined;
  private readonly labels: Labels;
  private readonly sizes: Float32Array;
  private readonly resized: ResizeObserver;
  private cloud: Cloud | undefined;
  private kept: Uint8Array;
  private marked: number[] = [];
  private first: number[] = [];
  private over: number | undefined;
  private pointer: Point | undefined = NOWHERE;
  private moved = 0;
  private timer: number | undefined;

  /** With `placed`, where nodes stand is known; else it is found out. `before` is the picture whose place it takes. */
  constructor(
    readonly data: GraphData,
    private readonly container: HTMLElement,
    look: Theme,
    palette: Map<string, string>,
    private readonly on: Listener,
    placed: Float32Array | undefined,
    before: Picture | undefined,
  ) {
    const { nodes } = data;
    this.ends = new Ends(data);
    this.kept = new Uint8Array(nodes.length).fill(1);
    this.places = placed ?? firstPlaces(data, this.ends);
    const order = new Uint32Array(nodes.length).map((_, at) => at);
    const matters = (at: number): number => this.ends.count(at) - (nodes[at]?.missing ? 1e9 : 0);
    order.sort((a, b) => matters(b) - matters(a) || a - b);
    const least = nodes.length > 2_000 ? 1 : nodes.length > 200 ? 3 : 5;
    this.sizes = Float32Array.from(nodes, (_, at) => least + Math.min(12, Math.sqrt(this.ends.count(at)) * (least / 3)));
    const looks = {
      ...look,
      order,
      sizes: this.sizes,
      colors: nodes.map(node => (node.missing ? look.missing : palette.get(node.folder) ?? look.text)),
      opacities: Float32Array.from(nodes, node => (node.missing ? 0.5 : 1)),
    };
    this.stage = before?.leave(look.background) ?? stage(container, look.background);
    this.sigma = this.stage.sigma;
    this.sigma.addCustomLayerProgram('notes', 'nodes', gl => {
      this.cloud = new Cloud(gl, data, looks, {
        frame: () => this.frame(),
        scale: () => this.sigma.scaleSize(1),
        moving: () => this.isMoving(),
      });
      this.cloud.place(this.places);
      this.cloud.keep(this.kept);
      return this.cloud;
    });
    const font = getComputedStyle(document.body).fontFamily;
    this.labels = new Labels(this.stage.names, nodes, order, { ...look, font });
    this.listen();
    this.resized = new ResizeObserver(() => this.sigma.scheduleRender());
    this.resized.observe(container);
    this.fit();
    if (!placed) {
      this.layout = new Layout(data, this.ends, this.places, (places, done) => {
        this.places = places;
        this.cloud?.place(places);
        this.fit();
        done && on.rest();
      });
    }
  }

  private listen(): void {
    const { sigma } = this;
    const camera = sigma.getCamera();
    const named = (): void => this.name();
    const moved = (): void => {
      this.moved = performance.now();
      this.timer ??= window.setTimeout(() => this.rest(), REST);
    };
    const pointed = ({ event }: { event: Point }): void => this.point(event);
    const left = (): void => this.point(undefined);
    const clicked = ({ event }: { event: Point }): void => {
      const node = this.at(event);
      node !== undefined && this.on.choose(node);
    };
    sigma.on('afterRender', named).on('moveBody', pointed).on('leaveStage', left).on('clickStage', clicked);
    camera.on('updated', moved);
    this.deaf.push(
      () => sigma.off('afterRender', named).off('moveBody', pointed).off('leaveStage', left).off('clickStage', clicked),
      () => camera.off('updated', moved),
    );
  }

  /** Draws it anew: what lies over it is another. */
  draw(): void {
    this.sigma.scheduleRender();
  }

  private isMoving(): boolean {
    return performance.now() - this.moved < REST || this.sigma.getMouseCaptor().isMouseDown || this.sigma.getCamera().isAnimating();
  }

  /** Draws all of the picture once it is not moved any more. */
  private rest(): void {
    this.timer = this.isMoving() ? window.setTimeout(() => this.rest(), REST) : undefined;
    this.timer ?? this.sigma.scheduleRender();
  }

  /** Has the camera see all nodes when it is not moved. */
  private fit(): void {
    const ends = { x: [Infinity, -Infinity] as [number, number], y: [Infinity, -Infinity] as [number, number] };
    this.places.forEach((place, at) => {
      const range = at % 2 === 0 ? ends.x : ends.y;
      range[0] = Math.min(range[0], place);
      range[1] = Math.max(range[1], place);
    });
    this.sigma.setCustomBBox(ends);
    this.sigma.refresh({ schedule: true });
  }

  private frame(): [number, number, number] {
    const normal = this.sigma.getNormalizationFunction();
    const { x, y } = normal({ x: 0, y: 0 });
    return [1 / normal.ratio, x, y];
  }

  /** From places to pixels: x is a·x + e, y is d·y + f. */
  private transform(): { a: number; d: number; e: number; f: number } {
    const zero = this.sigma.graphToViewport({ x: 0, y: 0 });
    const one = this.sigma.graphToViewport({ x: 1, y: 1 });
    return { a: one.x - zero.x, d: one.y - zero.y, e: zero.x, f: zero.y };
  }

  private name(): void {
    const scale = this.sigma.scaleSize(1);
    this.labels.draw({
      ...this.sigma.getDimensions(),
      transform: this.transform(),
      places: this.places,
      radius: node => scale * (this.sizes[node] ?? 0),
      kept: this.kept,
      first: this.first,
      covered: this.covered(),
    });
  }

  /** What lies over the picture, in its pixels. */
  private covered(): DOMRect | undefined {
    const [over, own] = [this.on.covered(), this.container.getBoundingClientRect()];
    return over && new DOMRect(over.x - own.x, over.y - own.y, over.width, over.height);
  }

  /** The node at a point of the picture. */
  private at({ x, y }: Point): number | undefined {
    const { a, d, e, f } = this.transform();
    const scale = this.sigma.scaleSize(1);
    let found: number | undefined;
    let nearest = 0;
    for (let node = 0; node < this.kept.length; node++) {
      const reach = scale * (this.sizes[node] ?? 0) + NEAR;
      const dx = a * (this.places[2 * node] ?? 0) + e - x;
      const dy = d * (this.places[2 * node + 1] ?? 0) + f - y;
      if (this.kept[node] && Math.abs(dx) < reach && Math.abs(dy) < reach) {
        const away = Math.hypot(dx, dy) - reach;
        if (away < nearest) {
          [found, nearest] = [node, away];
        }
      }
    }
    return found;
  }

  /** The pointer is there, or has left; looked at once a picture. */
  private point(at: Point | undefined): void {
    const before = this.pointer;
    this.pointer = at;
    if (before === NOWHERE) {
      requestAnimationFrame(() => {
        const node = this.pointer && this.pointer !== NOWHERE ? this.at(this.pointer) : undefined;
        this.pointer = NOWHERE;
        if (node !== this.over && !this.sigma.getMouseCaptor().isMouseDown) {
          this.over = node;
          this.container.style.cursor = node === undefined ? '' : 'pointer';
          this.on.over(node);
        }
      });
    }
  }

  /** Shows these nodes and the links between them, and hides the others. */
  keep(kept: Uint8Array): void {
    this.kept = kept;
    this.cloud?.keep(kept);
    this.mark(this.marked);
  }

  /** Marks nodes; of a single one, its links as well. */
  mark(nodes: number[]): void {
    this.marked = nodes;
    const [only, ...more] = nodes;
    const { sources, targets } = this.data;
    const isKept = (edge: number): boolean => (this.kept[sources[edge] ?? 0] && this.kept[targets[edge] ?? 0]) === 1;
    const edges = only === undefined || more.length > 0 ? new Uint32Array() : this.ends.of(only).filter(isKept);
    this.cloud?.mark(Uint32Array.from(nodes).filter(node => this.kept[node]), edges);
    const neighbors = [...edges.subarray(0, MOST_NEIGHBORS)].map(edge => otherEnd(this.data, edge, only ?? 0));
    this.first = [...nodes, ...neighbors];
    this.sigma.scheduleRender();
  }

  /** Brings a node into the middle. */
  center(node: number): void {
    const camera = this.sigma.getCamera();
    const { x, y } = this.sigma.graphToFramedGraph({ x: this.places[2 * node] ?? 0, y: this.places[2 * node + 1] ?? 0 });
    void camera.animate({ x, y, ratio: Math.min(0.3, camera.ratio) }, { duration: 200 });
  }

  /** Moves by parts of what is in sight, or zooms; without either, shows all. */
  move(by: { x?: number; y?: number; zoom?: number }): void {
    const camera = this.sigma.getCamera();
    const { x = 0, y = 0, zoom = 1 } = by;
    const to = Object.keys(by).length === 0
      ? { x: 0.5, y: 0.5, ratio: 1 }
      : { x: camera.x + x * camera.ratio, y: camera.y + y * camera.ratio, ratio: camera.getBoundedRatio(camera.ratio * zoom) };
    void camera.animate(to, { duration: 150 });
  }

  /** Ends it; what it was drawn on can be taken over where the background is to be the same. */
  private leave(background: string): Stage | undefined {
    clearTimeout(this.timer);
    this.resized.disconnect();
    this.layout?.stop();
    this.deaf.forEach(stop => stop());
    if (background !== this.stage.background) {
      this.sigma.kill();
      return undefined;
    }
    this.sigma.removeCustomLayerProgram('notes');
    this.sigma.getCamera().cancelAnimation().setState({ x: 0.5, y: 0.5, angle: 0, ratio: 1 });
    this.container.style.cursor = '';
    return this.stage;
  }
}

function stage(container: HTMLElement, background: string): Stage {
  // Sigma refuses to draw where there is no node; it has one, and does not draw it.
  const graph = new Graph();
  graph.addNode('', { x: 0, y: 0 });
  const sigma = new Sigma(graph, container, {
    settings: {
      allowInvalidContainer: true,
      renderLabels: false,
      enableCameraRotation: false,
      maxCameraRatio: 3,
      itemSizesReference: 'screen',
      // Nodes grow as one comes closer, but not without end.
      zoomToSizeRatioFunction: ratio => Math.max(Math.sqrt(ratio), 0.4),
    },
    styles: { stage: { background }, nodes: { x: 0, y: 0, visibility: 'hidden' } },
  });
  return { sigma, names: sigma.createCanvas('names', { beforeLayer: 'mouse' }), background };
}

interface Point {
  x: number;
  y: number;
}
