// AssemblyScript. All memory is laid out once by the caller; nothing is ever given back.
let top: usize = 65536;

/** `bytes` of memory, aligned to 64; pages that are never touched cost nothing. */
export function allocate(bytes: usize): usize {
  const start = (top + 63) & ~63;
  top = start + bytes;
  const pages = ((top + 65535) >> 16) as i32;
  const have = memory.size();
  if (pages > have && memory.grow(pages - have) < 0) unreachable();
  return start;
}
