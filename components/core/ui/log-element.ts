import { html, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { NunectElement } from '../element/nunect-element.ts';
import type { Snapshot, SourceStatus } from '../sources/snapshot.ts';
import { Pace } from './pace.ts';

const DEFAULT_MAX = 1_000;
/** Ten times a second is enough for eyes, and a sixth of the cost. */
const DRAW_INTERVAL_MS = 100;

/** The panel of a log, as its element knows it. */
export interface Panel<D> {
  pause(): void;
  resume(): void;
  clear(): void;
  update(data: D): void;
  render(): TemplateResult;
}

/**
 * An element that shows a log as it comes. A subclass opens the log and makes its panel.
 *
 * @attr max - how many are kept; the oldest go first
 */
export abstract class LogElement<D extends { readonly total: number }, P extends Panel<D>> extends NunectElement<D> {
  /** How many are kept, from 1 to the element's limit. Anything else is 1,000. */
  @property() max: string | number | null = null;

  /** The largest `max`. */
  protected abstract readonly most: number;
  protected readonly pace = new Pace(DRAW_INTERVAL_MS);
  /** Null until there was a connection, and so as long as there are no data. */
  protected panel: P | null = null;
  #drawnStatus: SourceStatus | null = null;

  /** Holds the list still; what arrives meanwhile waits. */
  pause(): void {
    this.panel?.pause();
  }

  /** Shows what has waited, and goes on. */
  resume(): void {
    this.panel?.resume();
  }

  /** Takes what is listed out of view. */
  clear(): void {
    this.panel?.clear();
  }

  /** `max`, where it can be used. */
  protected get bound(): number {
    const asked = Math.floor(Number(this.max ?? DEFAULT_MAX));
    return asked >= 1 ? Math.min(asked, this.most) : DEFAULT_MAX;
  }

  /** The panel takes what the attributes say. */
  protected abstract choose(panel: P): void;

  protected override snapshotChanged({ data, status }: Snapshot<D>): void {
    // another state is news for everybody, not one line more
    if (status !== this.#drawnStatus) this.pace.hurry();
    this.#drawnStatus = status;
    if (data) this.panel?.update(data);
  }

  protected override isEmpty(data: D): boolean {
    return data.total === 0;
  }

  protected override async scheduleUpdate(): Promise<void> {
    await this.pace.turn();
    await super.scheduleUpdate();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (this.panel) this.choose(this.panel);
  }

  protected override renderData(): TemplateResult {
    return this.panel?.render() ?? html``;
  }
}
