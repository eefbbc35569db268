import type { Group } from '../../src-main/drawing/map/groups.ts';
import { traceShape } from '../../src-main/drawing/map/shapes.ts';

const LINE = 20;

/** Lays what is drawn in CSS pixels over one another, as sharp as the screen. */
export function composePicture(
  { width, height }: { width: number; height: number },
  background: string,
  layers: ((context: CanvasRenderingContext2D) => void)[],
): HTMLCanvasElement {
  const picture = document.createElement('canvas');
  picture.width = width * devicePixelRatio;
  picture.height = height * devicePixelRatio;
  const context = picture.getContext('2d')!;
  context.scale(devicePixelRatio, devicePixelRatio);
  context.fillStyle = background;
  context.fillRect(0, 0, width, height);
  for (const draw of layers) {
    context.save();
    draw(context);
    context.restore();
  }
  return picture;
}

/** Adds the legend to a picture of the map and hands it to the user as a PNG file. */
export async function savePicture(
  map: HTMLCanvasElement,
  groups: Group[],
  title: string,
  isDark: boolean,
): Promise<void> {
  const ratio = devicePixelRatio;
  const shown = groups.filter(({ count }) => count > 0);
  const result = document.createElement('canvas');
  const side = 200;
  result.width = map.width + side * ratio;
  result.height = map.height;
  const context = result.getContext('2d')!;
  context.fillStyle = isDark ? '#0b0e13' : '#fbfcfd';
  context.fillRect(0, 0, result.width, result.height);
  context.drawImage(map, 0, 0);
  context.setTransform(ratio, 0, 0, ratio, map.width, 0);
  context.textBaseline = 'middle';
  context.font = '600 13px system-ui, sans-serif';
  const ink = isDark ? '#e9ecf2' : '#1a1e27';
  context.fillStyle = ink;
  context.fillText(title, 8, 28);
  context.font = '12px system-ui, sans-serif';
  shown.forEach(({ label, colour, shape, count }, line) => {
    const y = 52 + line * LINE;
    context.fillStyle = colour;
    context.beginPath();
    traceShape(context, shape, 14, y, 5);
    context.fill();
    context.fillStyle = ink;
    context.fillText(`${label.slice(0, 24)} (${count})`, 28, y, side - 36);
  });
  const blob = await new Promise<Blob | null>((resolve) => result.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('The picture could not be made; the window may be too large.');
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = 'earshot-map.png';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
