// AssemblyScript. One SIMD vector holds four frames (or four columns, or four filters). An element k of a complex
// tile is two vectors: its real parts at k·32, its imaginary parts at k·32 + 16 bytes. All pointers are bytes.

export function at(p: usize): v128 {
  return v128.load(p);
}

export function splat(p: usize): v128 {
  return v128.load32_splat(p);
}

export function put(p: usize, v: v128): void {
  v128.store(p, v);
}

export function add(a: v128, b: v128): v128 {
  return f32x4.add(a, b);
}

export function sub(a: v128, b: v128): v128 {
  return f32x4.sub(a, b);
}

export function mul(a: v128, b: v128): v128 {
  return f32x4.mul(a, b);
}

export function zipLow(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 4, 1, 5);
}

export function zipHigh(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 6, 3, 7);
}

export function pairLow(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 1, 4, 5);
}

export function pairHigh(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 3, 6, 7);
}

// log2 of four positive floats, about 1e-6 absolute: exponent, and atanh series of the mantissa.
export function log2(x: v128): v128 {
  const e = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(127)));
  const m = v128.or(v128.and(x, i32x4.splat(0x007fffff)), i32x4.splat(0x3f800000)); // [1,2)
  // atanh style: t=(m-s)/(m+s), s=sqrt2 ; log2(m)=0.5+ 2/ln2*(t+t^3/3+t^5/5+t^7/7+t^9/9)
  const s2 = f32x4.splat(1.4142135623730951);
  const t = f32x4.div(sub(m, s2), add(m, s2));
  const u = mul(t, t);
  let q = add(f32x4.splat(0.41219858311), mul(u, f32x4.splat(0.32059889797)));
  q = add(f32x4.splat(0.57707801635), mul(u, q));
  q = add(f32x4.splat(0.96179669392), mul(u, q));
  q = add(f32x4.splat(2.88539008177), mul(u, q));
  return add(e, add(f32x4.splat(0.5), mul(t, q)));
}
