import type { makeStamp, press, Stamp } from './stamp.ts';

/** What the exported page holds; the columns of the tracks are in the order of the points. */
export interface PageData {
  title: string;
  /** What the colours mean. */
  colourBy: string;
  count: number;
  dims: 2 | 3;
  groups: { label: string; light: string; dark: string; shape: string; count: number }[];
  corners: Record<string, readonly (readonly [number, number])[]>;
  /** Names stand above their place. */
  regions: { name: string; x: number; y: number }[];
  /** Diameter of a dot in pixels where all of the map is seen. */
  dotSize: number;
  opacity: number;
  /** Little-endian float32, `dims` per point, and one byte per point, in base 64. */
  coordinates: string;
  groupOf: string;
  titles: string[];
  /** Codes into `artistNames` and `genreNames`. */
  artists: number[];
  genres: number[];
  artistNames: string[];
  genreNames: string[];
}

/** The functions that the page needs besides its program. */
export interface PageTools {
  makeStamp: typeof makeStamp;
  press: typeof press;
}

/**
 * The program of the exported page. It is written into the page as text: it uses nothing but its argument and
 * the browser, and what the tags say reaches the page as text only.
 */
export function runPage(tools: PageTools): void {
  const find = <T extends Element>(id: string): T => document.getElementById(id) as unknown as T;
  const data = JSON.parse(find('data').textContent ?? '') as PageData;
  const bytes = (text: string): ArrayBuffer =>
    Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
  const { count, dims } = data;
  const coordinates = new Float32Array(bytes(data.coordinates));
  const groupOf = new Uint8Array(bytes(data.groupOf));
  /** Where each point lies before it is moved and zoomed. */
  const flat = new Float32Array(2 * count);
  const hidden = new Set<number>();
  const canvas = find<HTMLCanvasElement>('map');
  const context = canvas.getContext('2d')!;
  const tip = find<HTMLElement>('tip');
  const isDark = matchMedia('(prefers-color-scheme: dark)');
  const view = { scale: 1, x: 0, y: 0, turn: 0.6, tilt: 0.3 };
  let whole = 1;
  let hovered = -1;
  let found: number[] = [];
  let frame = 0;

  function project(): void {
    const [c, s] = [Math.cos(view.turn), Math.sin(view.turn)];
    const [ct, st] = [Math.cos(view.tilt), Math.sin(view.tilt)];
    for (let i = 0; i < count; i++) {
      const [x, y, z] = [
        coordinates[dims * i],
        coordinates[dims * i + 1],
        coordinates[dims * i + 2],
      ];
      flat[2 * i] = dims === 2 ? x : x * c - y * s;
      flat[2 * i + 1] = dims === 2 ? y : z * ct + (x * s + y * c) * st;
    }
  }

  function fit(): void {
    const low = [Infinity, Infinity];
    const high = [-Infinity, -Infinity];
    for (let i = 0; i < 2 * count; i++) {
      low[i % 2] = Math.min(low[i % 2], flat[i]);
      high[i % 2] = Math.max(high[i % 2], flat[i]);
    }
    const [wide, tall] = [high[0] - low[0] || 1, high[1] - low[1] || 1];
    whole = 0.9 * Math.min(canvas.clientWidth / wide, canvas.clientHeight / tall);
    view.scale = whole;
    view.x = canvas.clientWidth / 2 - ((low[0] + high[0]) / 2) * whole;
    view.y = canvas.clientHeight / 2 + ((low[1] + high[1]) / 2) * whole;
  }

  const xOf = (i: number): number => flat[2 * i] * view.scale + view.x;
  const yOf = (i: number): number => -flat[2 * i + 1] * view.scale + view.y;
  const sizeNow = (): number => Math.min(16, data.dotSize * Math.max(1, view.scale / whole) ** 0.3);
  const coloursNow = (): [number, number, number][] =>
    data.groups.map((group) => {
      context.fillStyle = isDark.matches ? group.dark : group.light;
      const value = parseInt(context.fillStyle.slice(1), 16);
      return [value >> 16, (value >> 8) & 255, value & 255];
    });

  function draw(): void {
    const ratio = devicePixelRatio;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((side) =>
      Math.max(1, Math.round(side * ratio)),
    );
    if (canvas.width !== width || canvas.height !== height)
      Object.assign(canvas, { width, height });
    const image = context.createImageData(width, height);
    const ground = isDark.matches ? [11, 14, 19, 255] : [251, 252, 253, 255];
    const [pixel] = new Uint32Array(Uint8Array.from(ground).buffer);
    new Uint32Array(image.data.buffer).fill(pixel);
    const stamps = new Map<string, Stamp>();
    const stampOf = (shape: string): Stamp => {
      const known = stamps.get(shape) ?? tools.makeStamp(data.corners[shape], sizeNow() * ratio);
      stamps.set(shape, known);
      return known;
    };
    const colours = coloursNow();
    const kinds = data.groups.map(({ shape }) => stampOf(shape));
    for (let i = 0; i < count; i++) {
      const group = groupOf[i];
      if (hidden.has(group)) continue;
      const [x, y] = [xOf(i) * ratio, yOf(i) * ratio];
      tools.press(image.data, width, kinds[group], x, y, colours[group], data.opacity);
    }
    context.putImageData(image, 0, 0);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawMarks();
    context.setTransform(1, 0, 0, 1, 0, 0);
  }

  function drawMarks(): void {
    const ink = isDark.matches ? '#e9ecf2' : '#1a1e27';
    const ground = isDark.matches ? '#0b0e13' : '#fbfcfd';
    const radius = sizeNow() / 2 + 3;
    const ring = (i: number, width: number): void => {
      context.beginPath();
      context.arc(xOf(i), yOf(i), radius, 0, 2 * Math.PI);
      context.lineWidth = width;
      context.strokeStyle = ink;
      context.stroke();
    };
    for (const i of found.slice(0, 2000)) ring(i, 1.5);
    context.font = '600 13px system-ui, sans-serif';
    context.textAlign = 'center';
    context.lineJoin = 'round';
    const taken: [number, number, number][] = [];
    for (const { name, x, y } of dims === 2 ? data.regions : []) {
      const half = context.measureText(name).width / 2 + 6;
      const [left, top] = [x * view.scale + view.x, -y * view.scale + view.y - 10];
      if (taken.some(([a, b, c]) => Math.abs(a - left) < c + half && Math.abs(b - top) < 20))
        continue;
      taken.push([left, top, half]);
      context.lineWidth = 4;
      context.strokeStyle = ground;
      context.strokeText(name, left, top);
      context.fillStyle = ink;
      context.fillText(name, left, top);
    }
    if (hovered >= 0) ring(hovered, 2.5);
  }

  function redraw(): void {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(draw);
  }

  function nearest(x: number, y: number): number {
    let best = -1;
    let least = 10 ** 2;
    for (let i = 0; i < count; i++) {
      const square = (xOf(i) - x) ** 2 + (yOf(i) - y) ** 2;
      if (square > least || hidden.has(groupOf[i])) continue;
      [best, least] = [i, square];
    }
    return best;
  }

  const wordsOf = (i: number): string[] => [
    data.titles[i],
    data.artistNames[data.artists[i]] ?? 'Unknown artist',
    data.genreNames[data.genres[i]] ?? '',
    data.groups[groupOf[i]].label,
  ];

  /** Shows what a dot is; -1 hides it. */
  function point(i: number): void {
    if (i === hovered) return;
    hovered = i;
    tip.hidden = i < 0;
    if (i >= 0) {
      const [title, ...others] = wordsOf(i);
      const first = document.createElement('strong');
      first.textContent = title;
      const rest = [...new Set(others.filter(Boolean))].map((words) => {
        const line = document.createElement('span');
        line.textContent = words;
        return line;
      });
      tip.replaceChildren(first, ...rest);
      tip.style.left = `${Math.min(xOf(i) + 14, canvas.clientWidth - 260)}px`;
      tip.style.top = `${Math.min(yOf(i) + 10, canvas.clientHeight - 90)}px`;
    }
    redraw();
  }

  function zoom(factor: number, x: number, y: number): void {
    const scale = Math.max(whole / 2, Math.min(whole * 400, view.scale * factor));
    const change = scale / view.scale;
    view.x = x - (x - view.x) * change;
    view.y = y - (y - view.y) * change;
    view.scale = scale;
    point(-1);
    redraw();
  }

  function move(dx: number, dy: number): void {
    if (dims === 2) {
      view.x += dx;
      view.y += dy;
    } else {
      view.turn += dx / 200;
      view.tilt = Math.max(-1.5, Math.min(1.5, view.tilt + dy / 200));
      project();
    }
    redraw();
  }

  function goTo(i: number): void {
    view.scale = Math.max(view.scale, whole * 4);
    view.x = canvas.clientWidth / 2 - flat[2 * i] * view.scale;
    view.y = canvas.clientHeight / 2 + flat[2 * i + 1] * view.scale;
    point(-1);
    point(i);
  }

  function search(text: string): void {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    found = [];
    for (let i = 0; i < count && words.length > 0; i++) {
      const all = wordsOf(i).join(' ').toLowerCase();
      if (words.every((word) => all.includes(word))) found.push(i);
    }
    const shown = found.slice(0, 200).map((i) => {
      const item = document.createElement('li');
      const button = document.createElement('button');
      button.textContent = wordsOf(i).slice(0, 2).join(' – ');
      button.addEventListener('click', () => goTo(i));
      item.append(button);
      return item;
    });
    find('results').replaceChildren(...shown);
    find('found').textContent = words.length === 0 ? '' : `${found.length} found`;
    redraw();
  }

  function makeLegend(): void {
    const namespace = 'http://www.w3.org/2000/svg';
    data.groups.forEach(({ label, light, dark, shape, count: size }, group) => {
      if (size === 0) return;
      const item = document.createElement('li');
      const button = document.createElement('button');
      const picture = document.createElementNS(namespace, 'svg');
      const corners = data.corners[shape];
      const figure = document.createElementNS(namespace, corners.length > 0 ? 'polygon' : 'circle');
      if (corners.length > 0) figure.setAttribute('points', corners.join(' '));
      else figure.setAttribute('r', '1');
      picture.setAttribute('viewBox', '-1.2 -1.2 2.4 2.4');
      picture.setAttribute('aria-hidden', 'true');
      picture.style.setProperty('--light', light);
      picture.style.setProperty('--dark', dark);
      picture.append(figure);
      const words = document.createElement('span');
      words.textContent = `${label} (${size})`;
      button.setAttribute('aria-pressed', 'true');
      button.append(picture, words);
      button.addEventListener('click', () => {
        if (!hidden.delete(group)) hidden.add(group);
        button.setAttribute('aria-pressed', String(!hidden.has(group)));
        redraw();
      });
      item.append(button);
      find('legend').append(item);
    });
  }

  function listen(): void {
    let last: PointerEvent | null = null;
    canvas.addEventListener('pointerdown', (event) => {
      last = event;
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (!last) return point(nearest(event.offsetX, event.offsetY));
      point(-1);
      move(event.clientX - last.clientX, event.clientY - last.clientY);
      last = event;
    });
    canvas.addEventListener('pointerup', () => (last = null));
    canvas.addEventListener('pointercancel', () => (last = null));
    canvas.addEventListener('pointerleave', () => point(-1));
    canvas.addEventListener('wheel', (event) => {
      event.preventDefault();
      zoom(
        Math.exp(-event.deltaY * (event.deltaMode === 1 ? 16 : 1) * 0.0018),
        event.offsetX,
        event.offsetY,
      );
    });
    canvas.addEventListener('keydown', ({ key }) => {
      const [x, y] = [canvas.clientWidth / 2, canvas.clientHeight / 2];
      const actions: Record<string, () => void> = {
        ArrowLeft: () => move(40, 0),
        ArrowRight: () => move(-40, 0),
        ArrowUp: () => move(0, 40),
        ArrowDown: () => move(0, -40),
        '+': () => zoom(1.5, x, y),
        '-': () => zoom(1 / 1.5, x, y),
        '0': () => {
          fit();
          redraw();
        },
      };
      actions[key]?.();
    });
    find('search').addEventListener('input', ({ target }) =>
      search((target as HTMLInputElement).value),
    );
    isDark.addEventListener('change', redraw);
    let hasSize = false;
    new ResizeObserver(() => {
      if (!hasSize) fit();
      hasSize = true;
      redraw();
    }).observe(canvas);
  }

  project();
  makeLegend();
  listen();
}
