import type { DotLook, View } from '../../src-main/drawing/map/camera.ts';
import { SHAPES } from '../../src-main/drawing/map/shapes.ts';
import { channelsOf } from './colour-channels.ts';
import type { ColouredPoints } from './point-layer.ts';

const VERTEX = `
attribute vec2 place;
uniform vec3 view; // Scale and offsets, in pixels.
uniform vec2 room;
uniform float side;
void main() {
  vec2 pixel = vec2(place.x * view.x + view.y, view.z - place.y * view.x);
  gl_Position = vec4(2.0 * pixel.x / room.x - 1.0, 1.0 - 2.0 * pixel.y / room.y, 0.0, 1.0);
  gl_PointSize = side;
}`;

/** The distance to the edge of the shape in pixels softens the edge over one pixel; corners as in \`CORNERS\`. */
const FRAGMENT = `
precision highp float;
uniform vec4 colour;
uniform float side;
uniform float radius;
uniform int shape;
float beyond(vec2 p) {
  if (shape == 0) return length(p) - radius;
  if (shape == 1) return max(p.y - 0.9 * radius, (1.9 * abs(p.x) - p.y - radius) / 2.147);
  if (shape == 2) return max(abs(p.x), abs(p.y)) - 0.85 * radius;
  return (abs(p.x) + abs(p.y) - 1.1 * radius) * 0.7071;
}
void main() {
  float covered = clamp(0.5 - beyond((gl_PointCoord - 0.5) * side), 0.0, 1.0);
  if (covered == 0.0) discard;
  gl_FragColor = colour * covered;
}`;

/** Numbers of a shader that are set before drawing. */
const UNIFORMS = ['view', 'room', 'side', 'colour', 'radius', 'shape'] as const;
type Uniforms = Record<(typeof UNIFORMS)[number], WebGLUniformLocation | null>;

/** Points on the graphics card. */
export class PointProgram {
  readonly #gl: WebGLRenderingContext;
  readonly #canvas: HTMLCanvasElement;
  readonly #abort = new AbortController();
  #uniforms: Uniforms;
  #groups: ColouredPoints[] = [];

  private constructor(
    gl: WebGLRenderingContext,
    canvas: HTMLCanvasElement,
    onrestored: () => void,
  ) {
    this.#gl = gl;
    this.#canvas = canvas;
    this.#uniforms = prepare(gl);
    const { signal } = this.#abort;
    // The system may take the card away, for example in sleep, and give it back empty.
    canvas.addEventListener('webglcontextlost', (event) => event.preventDefault(), { signal });
    const restore = (): void => {
      this.#uniforms = prepare(gl);
      this.upload(this.#groups);
      onrestored();
    };
    canvas.addEventListener('webglcontextrestored', restore, { signal });
  }

  /** Null where the browser offers no WebGL. The dots have soft edges by themselves. */
  static on(canvas: HTMLCanvasElement, onrestored: () => void): PointProgram | null {
    const gl = canvas.getContext('webgl', { antialias: false, depth: false });
    return gl && new PointProgram(gl, canvas, onrestored);
  }

  upload(groups: ColouredPoints[]): void {
    const gl = this.#gl;
    this.#groups = groups;
    const bytes = groups.reduce((sum, { coordinates }) => sum + coordinates.byteLength, 0);
    gl.bufferData(gl.ARRAY_BUFFER, bytes, gl.STATIC_DRAW);
    let offset = 0;
    for (const { coordinates } of groups) {
      gl.bufferSubData(gl.ARRAY_BUFFER, offset, coordinates);
      offset += coordinates.byteLength;
    }
  }

  /**
   * @param ratio pixels of the screen in one of the page
   * @param step one of so many points is drawn
   */
  draw(view: View, look: DotLook, ratio: number, step: number): void {
    const gl = this.#gl;
    const at = this.#uniforms;
    const { width, height } = this.#canvas;
    const diameter = look.size * ratio;
    gl.viewport(0, 0, width, height);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniform3f(at.view, view.scale * ratio, view.offsetX * ratio, view.offsetY * ratio);
    gl.uniform2f(at.room, width, height);
    gl.uniform1f(at.radius, diameter / 2);
    gl.uniform1f(at.side, 1.1 * diameter + 1);
    let offset = 0;
    for (const { colour, shape, coordinates, ...group } of this.#groups) {
      const [red, green, blue] = channelsOf(colour).map((channel) => channel / 255);
      const opacity = group.opacity * look.opacity;
      gl.uniform4f(at.colour, red * opacity, green * opacity, blue * opacity, opacity);
      gl.uniform1i(at.shape, SHAPES.indexOf(shape));
      gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, offset);
      gl.drawArrays(gl.POINTS, 0, Math.ceil(coordinates.length / 2 / step));
      offset += coordinates.byteLength;
    }
  }

  dispose(): void {
    this.#abort.abort();
    this.#gl.getExtension('WEBGL_lose_context')?.loseContext();
  }
}

/** @throws Error where the graphics driver refuses the program, which is our fault */
function prepare(gl: WebGLRenderingContext): Uniforms {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(type)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.bindAttribLocation(program, 0, 'place');
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(`The dots cannot be drawn: ${gl.getProgramInfoLog(program)}`);
  }
  gl.useProgram(program);
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.enableVertexAttribArray(0);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  return Object.fromEntries(
    UNIFORMS.map((name) => [name, gl.getUniformLocation(program, name)]),
  ) as Uniforms;
}
