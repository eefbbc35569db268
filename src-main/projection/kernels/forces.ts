// AssemblyScript. The forces of t-SNE by Barnes-Hut in shared memory, 2-D and 3-D. All pointers are byte
// offsets. A tree is written for one iteration by one thread and read by all.
//
// Points are sorted by the cell they lie in (Morton order). Nodes lie in depth-first order, each with the
// number of the node after its subtree, so that a walk needs no stack. A node is 8 floats:
// centre of mass (3), count, squared width / θ², (i32) node after the subtree, 2 unused.

const NODE: usize = 32;

/**
 * Sorts the points and builds their tree.
 * @param order n row numbers in Morton order (written)
 * @param scratch 3 × n + 1024 i32
 * @param tree room for 2 × n nodes
 * @param inverseTheta2 1 / θ²
 * @param count i32: the number of nodes (written)
 */
export function plant(
  points: usize,
  dims: i32,
  n: i32,
  inverseTheta2: f32,
  order: usize,
  scratch: usize,
  tree: usize,
  count: usize,
): void {
  let low: f32 = Infinity;
  let high: f32 = -Infinity;
  for (let i: usize = 0; i < (<usize>(n * dims)) << 2; i += 4) {
    const value = load<f32>(points + i);
    low = min(low, value);
    high = max(high, value);
  }
  const width = max<f32>(high - low, 1e-20) * 1.00001;
  const codes = scratch;
  const bits = dims == 2 ? 15 : 10;
  const cells = <f32>(1 << bits) / width;
  for (let i = 0; i < n; i++) {
    let code: u32 = 0;
    for (let d = 0; d < dims; d++) {
      const value = load<f32>(points + ((<usize>(i * dims + d)) << 2));
      const cell = min(<u32>((value - low) * cells), (1 << bits) - 1);
      code |= spread(cell, dims) << d;
    }
    store<u32>(codes + ((<usize>i) << 2), code);
    store<i32>(order + ((<usize>i) << 2), i);
  }
  const second = scratch + ((<usize>n) << 2);
  const third = second + ((<usize>n) << 2);
  sortByCode(n, codes, order, second, third, third + ((<usize>n) << 2));
  nodes = 0;
  grow(points, dims, 0, n, bits * dims, width * width * inverseTheta2, order, codes, tree);
  store<i32>(count, nodes);
}

/** The bits of a number with dims - 1 zeros between them. */
function spread(value: u32, dims: i32): u32 {
  let result: u32 = 0;
  for (let bit = 0; bit < 15; bit++) result |= ((value >> bit) & 1) << (bit * dims);
  return result;
}

/** Radix sort of `codes` and `order` by three passes of 10 bits. */
function sortByCode(
  n: i32,
  codes: usize,
  order: usize,
  codes2: usize,
  order2: usize,
  starts: usize,
): void {
  for (let pass = 0; pass < 3; pass++) {
    const shift = pass * 10;
    memory.fill(starts, 0, 4096);
    for (let i: usize = 0; i < <usize>n; i++) {
      const at = starts + (((load<u32>(codes + (i << 2)) >> shift) & 1023) << 2);
      store<i32>(at, load<i32>(at) + 1);
    }
    let sum = 0;
    for (let b: usize = 0; b < 4096; b += 4) {
      const size = load<i32>(starts + b);
      store<i32>(starts + b, sum);
      sum += size;
    }
    for (let i: usize = 0; i < <usize>n; i++) {
      const code = load<u32>(codes + (i << 2));
      const at = starts + (((code >> shift) & 1023) << 2);
      const to = <usize>load<i32>(at);
      store<i32>(at, <i32>to + 1);
      store<u32>(codes2 + (to << 2), code);
      store<i32>(order2 + (to << 2), load<i32>(order + (i << 2)));
    }
    memory.copy(codes, codes2, (<usize>n) << 2);
    memory.copy(order, order2, (<usize>n) << 2);
  }
}

let nodes: i32 = 0;

/** The node of the points [first, end), which share all bits of their code above `bits`. */
function grow(
  points: usize,
  dims: i32,
  first: i32,
  end: i32,
  bits: i32,
  limit: f32,
  order: usize,
  codes: usize,
  tree: usize,
): void {
  const node = tree + <usize>nodes * NODE;
  nodes++;
  let x: f32 = 0;
  let y: f32 = 0;
  let z: f32 = 0;
  for (let p = first; p < end; p++) {
    const at = points + ((<usize>(load<i32>(order + ((<usize>p) << 2)) * dims)) << 2);
    x += load<f32>(at);
    y += load<f32>(at, 4);
    if (dims == 3) z += load<f32>(at, 8);
  }
  const size = <f32>(end - first);
  store<f32>(node, x / size);
  store<f32>(node, y / size, 4);
  store<f32>(node, z / size, 8);
  store<f32>(node, size, 12);
  const isLeaf = end - first == 1 || bits == 0;
  store<f32>(node, isLeaf ? -1 : limit, 16);
  if (!isLeaf) {
    const below = bits - dims;
    let from = first;
    while (from < end) {
      const cell = load<u32>(codes + ((<usize>from) << 2)) >> below;
      let to = from + 1;
      while (to < end && load<u32>(codes + ((<usize>to) << 2)) >> below == cell) to++;
      if (from == first && to == end) {
        // One child that holds all: the node itself takes its place.
        nodes--;
        grow(points, dims, first, end, below, limit * 0.25, order, codes, tree);
        return;
      }
      grow(points, dims, from, to, below, limit * 0.25, order, codes, tree);
      from = to;
    }
  }
  store<i32>(node, nodes, 20);
}

/**
 * Attraction along the edges and repulsion by the tree of the points at [first, end) of `order`.
 * @param starts CSR: n + 1 i32; `tails` i32 and `weights` f32 per edge
 * @param attraction n × dims (written), without the factor of early exaggeration
 * @param repulsion n × dims (written), before the division by Z
 * @param part f64: the part of Z of these points (written)
 */
export function forces(
  points: usize,
  dims: i32,
  first: i32,
  end: i32,
  order: usize,
  tree: usize,
  count: i32,
  starts: usize,
  tails: usize,
  weights: usize,
  attraction: usize,
  repulsion: usize,
  part: usize,
): void {
  let total: f64 = 0;
  const nodesEnd = tree + <usize>count * NODE;
  const isSolid = dims == 3;
  for (let p = first; p < end; p++) {
    const i = load<i32>(order + ((<usize>p) << 2));
    const at = (<usize>(i * dims)) << 2;
    const x = load<f32>(points + at);
    const y = load<f32>(points + at, 4);
    const z: f32 = isSolid ? load<f32>(points + at, 8) : 0;
    let fx: f32 = 0;
    let fy: f32 = 0;
    let fz: f32 = 0;
    let sum: f32 = 0;
    let node = tree;
    while (node < nodesEnd) {
      const dx = x - load<f32>(node);
      const dy = y - load<f32>(node, 4);
      const dz = z - load<f32>(node, 8);
      const square = dx * dx + dy * dy + dz * dz;
      if (load<f32>(node, 16) < square) {
        const q: f32 = 1 / (1 + square);
        const mass = load<f32>(node, 12) * q;
        sum += mass;
        const g = mass * q;
        fx += g * dx;
        fy += g * dy;
        fz += g * dz;
        node = tree + <usize>load<i32>(node, 20) * NODE;
      } else {
        node += NODE;
      }
    }
    total += <f64>sum - 1; // The point met itself, at distance nothing.
    store<f32>(repulsion + at, fx);
    store<f32>(repulsion + at, fy, 4);
    if (isSolid) store<f32>(repulsion + at, fz, 8);
    fx = 0;
    fy = 0;
    fz = 0;
    const last = load<i32>(starts + ((<usize>(i + 1)) << 2));
    for (let e = <usize>load<i32>(starts + ((<usize>i) << 2)); e < <usize>last; e++) {
      const to = points + ((<usize>(load<i32>(tails + (e << 2)) * dims)) << 2);
      const dx = x - load<f32>(to);
      const dy = y - load<f32>(to, 4);
      const dz: f32 = isSolid ? z - load<f32>(to, 8) : 0;
      const g = load<f32>(weights + (e << 2)) / (1 + dx * dx + dy * dy + dz * dz);
      fx += g * dx;
      fy += g * dy;
      fz += g * dz;
    }
    store<f32>(attraction + at, fx);
    store<f32>(attraction + at, fy, 4);
    if (isSolid) store<f32>(attraction + at, fz, 8);
  }
  store<f64>(part, total);
}
