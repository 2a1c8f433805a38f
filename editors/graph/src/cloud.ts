// Nodes as points and links as lines, each kind drawn at once: tens of thousands of notes have no room for an object of each.
import type { RenderParams } from 'sigma/types';
import type { GraphData } from './data';

const PLACED = `#version 300 es
in vec2 place;
in float size;
in vec4 color;
uniform mat3 camera;
uniform vec3 frame; // factor and offset, from the places of the layout to those of the camera
uniform float scale; // from sizes to pixels of the screen
uniform vec4 tint; // takes the place of the color as far as its last part says
uniform float opacity;
out vec4 shade;
out float across;
void main() {
  gl_Position = vec4((camera * vec3(place * frame.x + frame.yz, 1.0)).xy, 0.0, 1.0);
  across = max(2.0 * size * scale, 1.0);
  gl_PointSize = across;
  float alpha = color.a * opacity;
  shade = vec4(mix(color.rgb, tint.rgb, tint.a) * alpha, alpha);
}`;

const POINT = `#version 300 es
precision mediump float;
in vec4 shade;
in float across;
out vec4 drawn;
void main() {
  float inside = (0.5 - length(gl_PointCoord - 0.5)) * across;
  drawn = shade * (across < 3.0 ? 1.0 : clamp(inside, 0.0, 1.0));
}`;

const LINE = `#version 300 es
precision mediump float;
in vec4 shade;
out vec4 drawn;
void main() {
  drawn = shade;
}`;

/** How nodes look. */
export interface Looks {
  sizes: Float32Array;
  /** As `#rrggbb`. */
  colors: string[];
  /** From 0 to 1. */
  opacities: Float32Array;
  /** The nodes, the one that matters most first. */
  order: Uint32Array;
  link: string;
  accent: string;
}

/** The picture that a cloud is in. */
export interface Frame {
  /** Factor and offset from the places of the layout to those of the camera. */
  frame(): [number, number, number];
  /** Pixels of a node of size 1. */
  scale(): number;
  /** Whether it is being moved or zoomed. */
  moving(): boolean;
}

/** Milliseconds that a picture may take while it moves; where it takes longer, less is drawn. */
const SLOW = 30;
const FAST = 20;
/** Links, and as many nodes, drawn when a movement begins, and at least. */
const FIRST = 20_000;
const LEAST = 1_000;
/** Links that are gray; more of them have the colors of their notes. */
const GRAY = 5_000;

type Uniform = 'camera' | 'frame' | 'scale' | 'tint' | 'opacity';

/** Something to draw with: a program and its settings. */
interface Pen {
  program: WebGLProgram;
  uniforms: Record<Uniform, WebGLUniformLocation | null>;
}

export class Cloud {
  private readonly points: Pen;
  private readonly lines: Pen;
  private readonly vertices: WebGLVertexArrayObject;
  private readonly buffers: Record<'places' | 'looks' | 'nodes' | 'links' | 'markedNodes' | 'markedLinks', WebGLBuffer>;
  private readonly counts = { nodes: 0, links: 0, markedNodes: 0, markedLinks: 0 };
  // Scattered, so that the first thousand of them stand for all.
  private readonly scattered: Uint32Array;
  private some = FIRST;
  private last = 0;

  constructor(
    private readonly gl: WebGL2RenderingContext,
    private readonly data: GraphData,
    private readonly looks: Looks,
    private readonly picture: Frame,
  ) {
    this.points = pen(gl, POINT);
    this.lines = pen(gl, LINE);
    const buffer = (): WebGLBuffer => gl.createBuffer() as WebGLBuffer;
    this.buffers = { places: buffer(), looks: buffer(), nodes: buffer(), links: buffer(), markedNodes: buffer(), markedLinks: buffer() };
    this.vertices = gl.createVertexArray() as WebGLVertexArrayObject;
    gl.bindVertexArray(this.vertices);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers.places);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers.looks);
    gl.bufferData(gl.ARRAY_BUFFER, packed(looks), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(1);
    gl.vertexAttribPointer(1, 1, gl.FLOAT, false, 8, 0);
    gl.enableVertexAttribArray(2);
    gl.vertexAttribPointer(2, 4, gl.UNSIGNED_BYTE, true, 8, 4);
    gl.bindVertexArray(null);
    this.scattered = scattered(data.sources.length);
  }

  /** x and y of every node. */
  place(places: Float32Array): void {
    const { gl } = this;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers.places);
    gl.bufferData(gl.ARRAY_BUFFER, places, gl.DYNAMIC_DRAW);
    gl.bindBuffer(gl.ARRAY_BUFFER, null);
  }

  /** Which nodes are shown; links between them are. */
  keep(kept: Uint8Array): void {
    // What matters most is drawn last, above the others.
    this.fill('nodes', this.looks.order.filter(node => kept[node]).reverse());
    const { sources, targets } = this.data;
    this.fill('links', this.ends(this.scattered.filter(edge => kept[sources[edge] ?? 0] && kept[targets[edge] ?? 0])));
  }

  /** Which nodes and links stand out. */
  mark(nodes: Uint32Array, edges: Uint32Array): void {
    this.fill('markedNodes', nodes);
    this.fill('markedLinks', this.ends(edges));
  }

  private ends(edges: Uint32Array): Uint32Array {
    const ends = new Uint32Array(2 * edges.length);
    const { sources, targets } = this.data;
    edges.forEach((edge, at) => {
      ends[2 * at] = sources[edge] ?? 0;
      ends[2 * at + 1] = targets[edge] ?? 0;
    });
    return ends;
  }

  private fill(name: keyof typeof this.counts, vertices: Uint32Array): void {
    const { gl } = this;
    // What is bound so belongs to the vertex array; sigma's are not to have it.
    gl.bindVertexArray(this.vertices);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.buffers[name]);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, vertices, gl.DYNAMIC_DRAW);
    gl.bindVertexArray(null);
    this.counts[name] = vertices.length;
  }

  render(params: RenderParams): void {
    const { gl, counts, looks } = this;
    const most = this.most();
    const links = Math.min(counts.links, 2 * most);
    const nodes = Math.min(counts.nodes, most);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.bindVertexArray(this.vertices);
    // Many lines make a cloud: the more of them are in sight, the fainter is each.
    const opacity = Math.min(0.5, 0.1 + 1_500 / (links * Math.min(1, params.zoomRatio) + 1));
    this.use(this.lines, params);
    this.draw('links', gl.LINES, 0, links, looks.link, links > 2 * GRAY ? 0.3 : 1, opacity);
    this.draw('markedLinks', gl.LINES, 0, counts.markedLinks, looks.accent, 1, counts.markedLinks > 2_000 ? 0.3 : 0.9);
    this.use(this.points, params);
    this.draw('nodes', gl.POINTS, counts.nodes - nodes, nodes, looks.link, 0, 1);
    this.draw('markedNodes', gl.POINTS, 0, counts.markedNodes, looks.accent, 1, 1);
    gl.bindVertexArray(null);
  }

  private use({ program, uniforms }: Pen, { matrix, pixelRatio }: RenderParams): void {
    const { gl } = this;
    gl.useProgram(program);
    gl.uniformMatrix3fv(uniforms.camera, false, matrix);
    gl.uniform3fv(uniforms.frame, this.picture.frame());
    gl.uniform1f(uniforms.scale, this.picture.scale() * pixelRatio);
  }

  private draw(name: keyof typeof this.counts, kind: number, from: number, count: number, tint: string, tinted: number, opacity: number): void {
    if (count > 0) {
      const { gl } = this;
      const { uniforms } = kind === gl.LINES ? this.lines : this.points;
      gl.uniform4fv(uniforms.tint, [...parts(tint).map(part => part / 255), tinted]);
      gl.uniform1f(uniforms.opacity, opacity);
      gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.buffers[name]);
      gl.drawElements(kind, count, gl.UNSIGNED_INT, 4 * from);
    }
  }

  /** How many links and nodes this picture has: all, or as many as go with a smooth movement on this machine. */
  private most(): number {
    const now = performance.now();
    const took = now - this.last;
    this.last = now;
    const all = Math.max(this.counts.links / 2, this.counts.nodes);
    if (!this.picture.moving()) {
      return all;
    }
    // After a rest it is not the picture that took the time.
    if (took < 500) {
      const factor = took > SLOW ? 0.7 : took < FAST ? 1.2 : 1;
      this.some = Math.min(Math.max(this.some * factor, LEAST), Math.max(all, FIRST));
    }
    return Math.min(Math.ceil(this.some), all);
  }

  kill(): void {
    const { gl } = this;
    [this.points, this.lines].forEach(({ program }) => gl.deleteProgram(program));
    gl.deleteVertexArray(this.vertices);
    Object.values(this.buffers).forEach(buffer => gl.deleteBuffer(buffer));
  }
}

function pen(gl: WebGL2RenderingContext, fragment: string): Pen {
  const shader = (kind: number, source: string): WebGLShader => {
    const made = gl.createShader(kind) as WebGLShader;
    gl.shaderSource(made, source);
    gl.compileShader(made);
    return made;
  };
  const program = gl.createProgram() as WebGLProgram;
  gl.attachShader(program, shader(gl.VERTEX_SHADER, PLACED));
  gl.attachShader(program, shader(gl.FRAGMENT_SHADER, fragment));
  ['place', 'size', 'color'].forEach((name, at) => gl.bindAttribLocation(program, at, name));
  gl.linkProgram(program);
  const uniform = (name: Uniform): WebGLUniformLocation | null => gl.getUniformLocation(program, name);
  const uniforms = { camera: uniform('camera'), frame: uniform('frame'), scale: uniform('scale'), tint: uniform('tint'), opacity: uniform('opacity') };
  return { program, uniforms };
}

/** Size and color of every node, eight bytes each. */
function packed({ sizes, colors, opacities }: Looks): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(8 * sizes.length));
  sizes.forEach((size, at) => {
    view.setFloat32(8 * at, size, true);
    [...parts(colors[at] ?? ''), Math.round(255 * (opacities[at] ?? 1))].forEach((part, byte) => view.setUint8(8 * at + 4 + byte, part));
  });
  return view.buffer as ArrayBuffer;
}

/** Red, green and blue of `#rrggbb`. */
function parts(color: string): number[] {
  return [1, 3, 5].map(at => Number.parseInt(color.slice(at, at + 2), 16) || 0);
}

/** The numbers below `count`, those next to each other far apart. */
function scattered(count: number): Uint32Array {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  let step = Math.max(1, Math.floor(count * 0.618));
  while (divisor(step, count) > 1) {
    step += 1;
  }
  return new Uint32Array(count).map((_, at) => (at * step) % count);
}
