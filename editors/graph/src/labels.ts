// The names of nodes, none over another: the best linked ones that have room.
import type { Node } from './data';

export interface LabelStyle {
  text: string;
  background: string;
  font: string;
}

/** What is drawn of the nodes now. */
export interface Drawn {
  width: number;
  height: number;
  /** From places to pixels: x is a·x + e, y is d·y + f. */
  transform: { a: number; d: number; e: number; f: number };
  /** x and y of every node. */
  places: Float32Array;
  /** The radius of a node, in pixels. */
  radius(node: number): number;
  kept: Uint8Array;
  /** Nodes that come before all others. */
  first: number[];
  /** What lies over the picture: a name below it could not be read. */
  covered: DOMRect | undefined;
}

const SIZE = 12;
/** Characters of a name that are shown. */
const LONGEST = 40;
/** Pixels of a cell of the grid that says where a name stands already. */
const CELL = 4;
/** Pixels left free around a name. */
const ROOM = 6;
/** Square pixels for each name of a cloud: more of them are no help. */
const AREA = 14_000;
/** Nodes that names keep off; in a cloud of more there is no room beside them. */
const MOST_DOTS = 500;
/** Names that a picture tries to place. */
const MOST_TRIED = 3_000;

export class Labels {
  private readonly context: CanvasRenderingContext2D;
  private readonly names: string[];
  private readonly widths: Float32Array;
  private taken = new Uint8Array(0);
  private columns = 0;
  private rows = 0;

  /** `order` has the nodes by how much their names matter. */
  constructor(private readonly canvas: HTMLCanvasElement, nodes: Node[], private readonly order: Uint32Array, private readonly style: LabelStyle) {
    this.context = canvas.getContext('2d') as CanvasRenderingContext2D;
    this.names = nodes.map(({ title }) => (title.length > LONGEST ? `${title.slice(0, LONGEST - 1).trimEnd()}…` : title));
    this.widths = new Float32Array(nodes.length);
    canvas.style.pointerEvents = 'none';
  }

  draw(drawn: Drawn): void {
    const { context, canvas } = this;
    const { width, height, kept, first } = drawn;
    const ratio = window.devicePixelRatio;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
      [canvas.style.width, canvas.style.height] = [`${width}px`, `${height}px`];
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.font = `${SIZE}px ${this.style.font}`;
    context.textBaseline = 'middle';
    context.lineJoin = 'round';
    context.lineWidth = 3;
    context.strokeStyle = this.style.background;
    context.fillStyle = this.style.text;
    [this.columns, this.rows] = [Math.ceil(width / CELL), Math.ceil(height / CELL)];
    const cells = this.columns * this.rows;
    this.taken = this.taken.length === cells ? this.taken.fill(0) : new Uint8Array(cells);
    this.dots(drawn);
    const { covered } = drawn;
    covered && this.fill(covered.left, covered.top, covered.right, covered.bottom);
    const named = new Set<number>();
    for (const node of first) {
      if (kept[node] && !named.has(node)) {
        this.place(drawn, node) && named.add(node);
      }
    }
    const most = kept.length > MOST_DOTS ? Math.ceil((width * height) / AREA) : kept.length;
    let placed = 0;
    let tried = 0;
    for (const node of this.order) {
      if (placed >= most || tried >= MOST_TRIED) {
        break;
      }
      if (kept[node] && !named.has(node)) {
        const done = this.place(drawn, node);
        tried += done === undefined ? 0 : 1;
        placed += done ? 1 : 0;
      }
    }
  }

  /** Keeps names off the nodes. */
  private dots({ width, height, transform: { a, d, e, f }, places, radius, kept }: Drawn): void {
    if (kept.length > MOST_DOTS) {
      return;
    }
    kept.forEach((is, node) => {
      const [x, y, r] = [a * (places[2 * node] ?? 0) + e, d * (places[2 * node + 1] ?? 0) + f, radius(node) - 1];
      if (is && x >= 0 && y >= 0 && x <= width && y <= height) {
        this.fill(x - r, y - r, x + r, y + r);
      }
    });
  }

  /** Whether there was room for the name of a node; `undefined` for one that is not in sight. */
  private place({ width, height, transform: { a, d, e, f }, places, radius }: Drawn, node: number): boolean | undefined {
    const x = a * (places[2 * node] ?? 0) + e;
    const y = d * (places[2 * node + 1] ?? 0) + f;
    if (!(x >= 0 && y >= 0 && x <= width && y <= height)) {
      return undefined;
    }
    const name = this.names[node] ?? '';
    const long = this.widths[node] || (this.widths[node] = this.context.measureText(name).width);
    const away = radius(node) + CELL + 1; // a cell away from its own dot
    // To the right, else to the left, else below.
    for (const [left, middle] of [[x + away, y], [x - away - long, y], [x - long / 2, y + away + SIZE / 2]] as const) {
      const inside = left >= 0 && left + long <= width;
      if (inside && this.take(left, middle - SIZE / 2 - ROOM / 2, left + long + ROOM, middle + SIZE / 2 + ROOM / 2)) {
        this.context.strokeText(name, left, middle);
        this.context.fillText(name, left, middle);
        return true;
      }
    }
    return false;
  }

  /** Takes a rectangle of the picture, if it is free. */
  private take(left: number, top: number, right: number, bottom: number): boolean {
    const { x1, x2, y1, y2 } = this.cells(left, top, right, bottom);
    for (let y = y1; y <= y2; y++) {
      if (this.taken.subarray(y * this.columns + x1, y * this.columns + x2 + 1).includes(1)) {
        return false;
      }
    }
    this.fill(left, top, right, bottom);
    return true;
  }

  private fill(left: number, top: number, right: number, bottom: number): void {
    const { x1, x2, y1, y2 } = this.cells(left, top, right, bottom);
    for (let y = y1; y <= y2; y++) {
      this.taken.fill(1, y * this.columns + x1, y * this.columns + x2 + 1);
    }
  }

  private cells(left: number, top: number, right: number, bottom: number): { x1: number; x2: number; y1: number; y2: number } {
    return {
      x1: Math.max(0, Math.floor(left / CELL)),
      x2: Math.min(this.columns - 1, Math.floor(right / CELL)),
      y1: Math.max(0, Math.floor(top / CELL)),
      y2: Math.min(this.rows - 1, Math.floor(bottom / CELL)),
    };
  }
}
