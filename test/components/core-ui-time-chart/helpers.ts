import { waitUntil } from '@open-wc/testing';

/** Waits for a condition, as long as a busy machine may need. */
export function until(condition: () => unknown, message: string): Promise<void> {
  return waitUntil(condition, message, { timeout: 6_000 });
}

/** The canvas of a chart, once it has been drawn. */
export async function canvasOf(root: ParentNode): Promise<HTMLCanvasElement> {
  await until(() => root.querySelector('.plot canvas'), 'the chart should be drawn');
  const canvas = root.querySelector<HTMLCanvasElement>('.plot canvas');
  if (!canvas) throw new Error('there is no canvas');
  return canvas;
}

/**
 * For each column of the canvas, whether some pixel in it has about this colour.
 * @param colour as computed styles write it: `rgb(11, 99, 197)`
 */
export function columnsOf(canvas: HTMLCanvasElement, colour: string): boolean[] {
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no 2d context');
  const wanted = (colour.match(/\d+/g) ?? []).slice(0, 3).map(Number);
  const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
  return Array.from({ length: width }, (_, x) => {
    for (let y = 0; y < height; y++) {
      const pixel = (y * width + x) * 4;
      const near = wanted.every((value, index) => Math.abs((data[pixel + index] ?? 0) - value) < 24);
      if (near && (data[pixel + 3] ?? 0) > 200) return true;
    }
    return false;
  });
}

/** Where columns are drawn on, where they stop and where they begin again: `[first, last]` of each stretch. */
export function stretches(columns: readonly boolean[], leastGap = 8): [number, number][] {
  const found: [number, number][] = [];
  columns.forEach((drawn, x) => {
    if (!drawn) return;
    const last = found.at(-1);
    if (last && x - last[1] <= leastGap) last[1] = x;
    else found.push([x, x]);
  });
  return found;
}

/** The next time that the browser has drawn. */
export function frame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve()));
}

/** Counts how often canvases are wiped, which is once a drawing. */
export function countDrawings(): { count: () => number; stop: () => void } {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- only ever applied to the canvas it was called on
  const { clearRect } = CanvasRenderingContext2D.prototype;
  let count = 0;
  CanvasRenderingContext2D.prototype.clearRect = function (...area) {
    count++;
    clearRect.apply(this, area);
  };
  return { count: () => count, stop: () => (CanvasRenderingContext2D.prototype.clearRect = clearRect) };
}
