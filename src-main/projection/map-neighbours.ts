/** A k-d tree over the points of a map (Bentley 1975): rows in an order whose halves are its nodes. */
export class PointTree {
  readonly #points: Float32Array;
  readonly #dims: number;
  readonly #order: Int32Array;

  /** @param points n × dims */
  constructor(points: Float32Array, dims: number) {
    this.#points = points;
    this.#dims = dims;
    this.#order = Int32Array.from({ length: points.length / dims }, (_, i) => i);
    this.#build(0, this.#order.length, 0);
  }

  /** Squared distance from a row to its k-th nearest other row; Infinity where there are fewer. */
  radius(row: number, k: number): number {
    const best = new Float64Array(k).fill(Infinity);
    this.#search(0, this.#order.length, 0, row, best);
    return best[k - 1];
  }

  #build(first: number, end: number, axis: number): void {
    if (end - first <= LEAF) return;
    const middle = (first + end) >> 1;
    this.#select(first, end - 1, middle, axis);
    const next = (axis + 1) % this.#dims;
    this.#build(first, middle, next);
    this.#build(middle + 1, end, next);
  }

  /** Quickselect (Hoare) along one axis. */
  #select(low: number, high: number, k: number, axis: number): void {
    const order = this.#order;
    const key = (at: number): number => this.#points[order[at] * this.#dims + axis];
    while (low < high) {
      const pivot = key((low + high) >> 1);
      let i = low;
      let j = high;
      while (i <= j) {
        while (key(i) < pivot) i++;
        while (pivot < key(j)) j--;
        if (i > j) break;
        [order[i], order[j]] = [order[j], order[i]];
        i++;
        j--;
      }
      if (k <= j) high = j;
      else if (k >= i) low = i;
      else return;
    }
  }

  #search(first: number, end: number, axis: number, row: number, best: Float64Array): void {
    if (end - first <= LEAF) {
      for (let at = first; at < end; at++) this.#offer(this.#order[at], row, best);
      return;
    }
    const middle = (first + end) >> 1;
    const centre = this.#order[middle];
    this.#offer(centre, row, best);
    const side = this.#points[row * this.#dims + axis] - this.#points[centre * this.#dims + axis];
    const next = (axis + 1) % this.#dims;
    const last = best.length - 1;
    if (side <= 0) {
      this.#search(first, middle, next, row, best);
      if (side * side <= best[last]) this.#search(middle + 1, end, next, row, best);
    } else {
      this.#search(middle + 1, end, next, row, best);
      if (side * side <= best[last]) this.#search(first, middle, next, row, best);
    }
  }

  #offer(other: number, row: number, best: Float64Array): void {
    if (other === row) return;
    const square = squaredDistance(this.#points, this.#dims, other, row);
    let at = best.length - 1;
    if (square >= best[at]) return;
    for (; at > 0 && best[at - 1] > square; at--) best[at] = best[at - 1];
    best[at] = square;
  }
}

/** Below this many rows a node is looked through. */
const LEAF = 8;

export function squaredDistance(points: Float32Array, dims: number, i: number, j: number): number {
  let sum = 0;
  for (let d = 0; d < dims; d++) sum += (points[i * dims + d] - points[j * dims + d]) ** 2;
  return sum;
}
