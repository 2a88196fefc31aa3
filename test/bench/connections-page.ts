/** Runs in the browser: starts one of the two tables, as the address says. */
export interface PageSettings {
  /** WebSocket URL of the server. */
  readonly servers: string;
  readonly user: string;
  readonly pass: string;
  readonly sort?: string;
}

/** The settings that the page was opened with. */
export function pageSettings(): PageSettings {
  return JSON.parse(decodeURIComponent(location.hash.slice(1))) as PageSettings;
}
