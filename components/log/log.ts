import { html, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { safeText } from '../../protocol/decode.ts';
import { checkUnitId } from '../../protocol/unit.ts';
import { textOr } from '../core/element/attributes.ts';
import { NunectElement } from '../core/element/nunect-element.ts';
import { FixedSource } from '../core/sources/fixed-source.ts';
import { LazySource } from '../core/sources/lazy-source.ts';
import type { Snapshot, SourceStatus } from '../core/sources/snapshot.ts';
import type { Source } from '../core/sources/source.ts';
import type { Connection } from '../core/transport/connection.ts';
import { Pace } from '../core/ui/pace.ts';
import type { OpsLogPanel } from './log.panel.ts';
import type { LogData } from './log.source.ts';

const DEFAULT_MAX = 1_000;
const MOST = 10_000;
/** Ten times a second is enough for eyes, and a sixth of the cost. */
const DRAW_INTERVAL_MS = 100;

type Parts = typeof import('./log.parts.ts');
/** Null until the page's first log has a connection. */
let parts: Parts | null = null;

async function loadParts(): Promise<Parts> {
  return (parts ??= await import('./log.parts.ts'));
}

/**
 * The log lines of guardians, pages and applications, live: `ops.log.{level}.{unit}`. Levels, units, components and words
 * choose what is shown; a line opens with its fields and its trace. Whatever the text of a line holds, it is shown as
 * text, secrets masked. Debug lines are counted only, until somebody wants to see them, and a flood of one level takes no
 * place from another.
 *
 * @element nunect-log
 * @attr max - how many lines are kept, 1 to 10,000; the oldest go first
 * @attr filter - words to look for from the beginning
 * @attr levels - levels that are shown, separated by spaces: debug, info, warn, error, fatal, or none; all but debug by default
 * @attr unit - only lines of this unit, which then cost the traffic of one
 * @attr component - only lines of this component
 * @fires nunect-view-change - a person has chosen otherwise; detail `{filter, levels, unit, component, sort}`, `sort` always empty
 * @csspart toolbar - filter and buttons
 * @csspart log - the list
 * @csspart row - a line of it
 * @csspart detail - all of one line
 * @csspart text - message, fields and trace in the detail
 * @cssprop [--nunect-log-height=340px] - height of the list where the element has none of its own
 */
export class NunectLog extends NunectElement<LogData> {
  /** How many lines are kept, 1 to 10,000. Anything else is 1,000. */
  @property() max: string | number | null = null;

  /** Words to look for in every field that is shown, whatever the case. */
  @property(textOr('')) filter = '';

  /** Levels that are shown, separated by spaces: `debug`, `info`, `warn`, `error`, `fatal`, or `none`. Null: all but `debug`. */
  @property() levels: string | null = null;

  /** Only lines of this unit. Empty: of all. */
  @property(textOr('')) unit = '';

  /** Only lines of this component. Empty: of all. */
  @property(textOr('')) component = '';

  readonly #pace = new Pace(DRAW_INTERVAL_MS);
  /** Null until there was a connection, and so as long as there are no data. */
  #panel: OpsLogPanel | null = null;
  #drawnStatus: SourceStatus | null = null;

  protected override readonly defaultHeading = 'Log';

  /** Holds the list still; what arrives meanwhile waits. */
  pause(): void {
    this.#panel?.pause();
  }

  /** Shows what has waited, and goes on. */
  resume(): void {
    this.#panel?.resume();
  }

  /** Takes the lines so far out of view. */
  clear(): void {
    this.#panel?.clear();
  }

  protected override createSource(connection: Connection): Source<LogData> {
    const unit = this.#asked;
    if (unit !== '') {
      const checked = checkUnitId(unit);
      if (!checked.ok)
        return new FixedSource(
          `The attribute unit cannot be used: ${safeText(checked.reason)}. Name one unit, or none.`,
        );
    }
    const open = ({ OpsLogPanel, logFeed }: Parts): Source<LogData> => {
      const feed = logFeed(connection, unit || null, this.#bound);
      this.#panel ??= new OpsLogPanel(this, this.#pace, this.#bound);
      this.#panel.follow(feed);
      return feed;
    };
    return parts ? open(parts) : new LazySource(connection, loadParts, open);
  }

  protected override sourceKey(): string {
    return `${this.#bound} ${this.#asked}`;
  }

  protected override snapshotChanged({ data, status }: Snapshot<LogData>): void {
    // another state is news for everybody, not one line more
    if (status !== this.#drawnStatus) this.#pace.hurry();
    this.#drawnStatus = status;
    if (data) this.#panel?.update(data);
  }

  protected override isEmpty(data: LogData): boolean {
    return data.total === 0;
  }

  protected override async scheduleUpdate(): Promise<void> {
    await this.#pace.turn();
    await super.scheduleUpdate();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    this.#panel?.take(this.#bound);
  }

  protected override renderData(): TemplateResult {
    return this.#panel?.render() ?? html``;
  }

  /**
   * The unit that is listened to alone. Only where the page asks for it: what a person chooses among the lines at hand is
   * looked at in them, or choosing would lose them.
   */
  get #asked(): string {
    return this.unit && this.getAttribute('unit') === this.unit ? this.unit : '';
  }

  get #bound(): number {
    const asked = Math.floor(Number(this.max ?? DEFAULT_MAX));
    return asked >= 1 ? Math.min(asked, MOST) : DEFAULT_MAX;
  }
}
