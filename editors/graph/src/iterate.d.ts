// What the package leaves out of its types.
declare module 'graphology-layout-forceatlas2/iterate' {
  /** One step: moves the nodes in `nodes`. */
  export default function iterate(settings: object, nodes: Float32Array, edges: Float32Array): void;
}
