import { property } from 'lit/decorators.js';
import { safeText } from '../../protocol/decode.ts';
import { checkUnitId } from '../../protocol/unit.ts';
import { textOr } from '../core/element/attributes.ts';
import { FixedSource } from '../core/sources/fixed-source.ts';
import { LazySource } from '../core/sources/lazy-source.ts';
import type { Source } from '../core/sources/source.ts';
import type { Connection } from '../core/transport/connection.ts';
import { LogElement } from '../core/ui/log-element.ts';
import type { OpsLogPanel } from './log.panel.ts';
import type { LogData } from './log.source.ts';

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
export class NunectLog extends LogElement<LogData, OpsLogPanel> {
  /** Words to look for in every field that is shown, whatever the case. */
  @property(textOr('')) filter = '';

  /** Levels that are shown, separated by spaces: `debug`, `info`, `warn`, `error`, `fatal`, or `none`. Null: all but `debug`. */
  @property() levels: string | null = null;

  /** Only lines of this unit. Empty: of all. */
  @property(textOr('')) unit = '';

  /** Only lines of this component. Empty: of all. */
  @property(textOr('')) component = '';

  protected override readonly defaultHeading = 'Log';
  protected override readonly most = 10_000;

  protected override createSource(connection: Connection): Source<LogData> {
    const unit = this.#asked;
    if (unit !== '') {
      const checked = checkUnitId(unit);
      if (!checked.ok)
        return new FixedSource(
          `The attribute unit cannot be used: ${safeText(checked.reason)}. Name one unit, or none.`,
        );
    }
    return new LazySource(
      connection,
      () => import('./log.parts.ts'),
      ({ OpsLogPanel, logFeed }) => {
        const feed = logFeed(connection, unit || null, this.bound);
        this.panel ??= new OpsLogPanel(this, this.pace, this.bound);
        this.panel.follow(feed);
        return feed;
      },
    );
  }

  protected override sourceKey(): string {
    return `${this.bound} ${this.#asked}`;
  }

  protected override choose(panel: OpsLogPanel): void {
    panel.take(this.bound);
  }

  /**
   * The unit that is listened to alone. Only where the page asks for it: what a person chooses among the lines at hand is
   * looked at in them, or choosing would lose them.
   */
  get #asked(): string {
    return this.unit && this.getAttribute('unit') === this.unit ? this.unit : '';
  }
}
