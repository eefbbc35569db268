/**
 * Turns an exported SVG into a PNG of the same size and hands it to the user: the browser has the fonts of
 * every script.
 * @throws Error with a sentence where the SVG cannot be had or is too large for the graphics card
 */
export async function savePng(svgUrl: string, width: number, height: number): Promise<void> {
  const response = await fetch(svgUrl);
  if (!response.ok) throw new Error(`The picture could not be drawn (${response.status}).`);
  const svg = await response.blob();
  const source = URL.createObjectURL(svg);
  try {
    const image = new Image();
    image.src = source;
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    canvas.getContext('2d')?.drawImage(image, 0, 0, width, height);
    const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (!png) throw new Error('The picture is too large for this machine. A smaller one may do.');
    handOver(png, 'earshot-map.png');
  } finally {
    URL.revokeObjectURL(source);
  }
}

function handOver(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
