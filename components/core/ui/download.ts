/** How long the browser may take to begin with a download, ms. */
const KEPT_MS = 60_000;

/** Offers a text as a file. */
export function downloadText(name: string, text: string, type: 'text/csv' | 'application/json' | 'text/plain'): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}

/** A file's name with the time in it, so that two can be told apart: `connz 2026-11-24 18-03-12.csv`. */
export function fileName(name: string, ending: string, now = new Date()): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = `${two(now.getHours())}-${two(now.getMinutes())}-${two(now.getSeconds())}`;
  return `${name} ${date} ${time}.${ending}`;
}
