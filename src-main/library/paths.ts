const SEPARATOR = Buffer.from('/');

/** Paths are bytes, as the file system has them; a folder of no bytes is the root they are relative to. */
export const joinPath = (folder: Buffer, name: Buffer): Buffer =>
  folder.length === 0
    ? name
    : Buffer.concat(folder.at(-1) === SEPARATOR[0] ? [folder, name] : [folder, SEPARATOR, name]);

/** The path of `inner` from `outer`, or null where it does not lie inside. */
export function pathInside(inner: Buffer, outer: Buffer): Buffer | null {
  const prefix = joinPath(outer, Buffer.alloc(0));
  const isInside = inner.length > prefix.length && inner.subarray(0, prefix.length).equals(prefix);
  return isInside ? inner.subarray(prefix.length) : null;
}

/** Whether a part of the path is hidden, so that a walk from above does not come there. */
export const isHidden = (relative: Buffer): boolean => /(^|\/)\./.test(relative.toString('latin1'));

/** As a key of maps; every byte is one character. */
export const keyOf = (path: Buffer): string => path.toString('latin1');
