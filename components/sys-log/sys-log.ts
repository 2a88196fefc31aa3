import { html, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { NunectElement } from '../core/element/nunect-element.ts';
import type { EventLog } from '../core/sources/event-feed.ts';
import { LazySource } from '../core/sources/lazy-source.ts';
import type { Snapshot, SourceStatus } from '../core/sources/snapshot.ts';
import type { Source } from '../core/sources/source.ts';
import type { Connection } from '../core/transport/connection.ts';
import { Pace } from '../core/ui/pace.ts';
import type { SysLogPanel } from './sys-log.panel.ts';
import type { LogEntry } from './sys-log.source.ts';

const DEFAULT_MAX = 1_000;
const MOST = 50_000;
/** Ten times a second is enough for eyes, and a sixth of the cost. */
const DRAW_INTERVAL_MS = 100;

type Parts = typeof import('./sys-log.parts.ts');
/** Null until the page's first log has a connection. */
let parts: Parts | null = null;

async function loadParts(): Promise<Parts> {
  return (parts ??= await import('./sys-log.parts.ts'));
}

/**
 * The log of what servers and JetStream tell: who connects, who leaves and why, who is refused; servers that come up and
 * go; leaf nodes; every JetStream advisory; accounts and the requests to JetStream's API where they are asked for. A
 * connection that did not end by its client's will is joined with the server's record of it. Secrets are taken out where
 * the events are decoded. It holds no count of clients: a configuration reload announces every connection again.
 *
 * @element nunect-sys-log
 * @attr max - how many events are kept, 1 to 50,000; the oldest go first
 * @attr filter - words to look for from the beginning
 * @attr hide - kinds of events that are hidden, separated by spaces; `accounts api` by default
 * @fires nunect-view-change - a person has changed the filter or the hidden kinds; detail `{filter, sort, hide}`, `sort` always empty
 * @csspart toolbar - filter and buttons
 * @csspart log - the list
 * @csspart row - a line of it
 * @csspart detail - all of one event
 * @cssprop [--nunect-log-height=340px] - height of the list where the element has none of its own
 */
export class NunectSysLog extends NunectElement<EventLog<LogEntry>> {
  /** How many events are kept, 1 to 50,000. Anything else is 1,000. */
  @property() max: string | number | null = null;

  /** Words to look for in every field that is shown, whatever the case. */
  @property() filter = '';

  /**
   * Kinds of events that are hidden, separated by spaces: `connect`, `disconnect`, `auth-error`, `leaves`, `servers`,
   * `jetstream`, `security`, `accounts`, `api`. Null: the last two.
   */
  @property() hide: string | null = null;

  readonly #pace = new Pace(DRAW_INTERVAL_MS);
  /** Null until there was a connection, and so as long as there are no data. */
  #panel: SysLogPanel | null = null;
  #drawnStatus: SourceStatus | null = null;

  protected override readonly defaultHeading = 'Events';

  /** Holds the list still; what arrives meanwhile waits. */
  pause(): void {
    this.#panel?.pause();
  }

  /** Shows what has waited, and goes on. */
  resume(): void {
    this.#panel?.resume();
  }

  /** Takes the events so far out of view. */
  clear(): void {
    this.#panel?.clear();
  }

  protected override createSource(connection: Connection): Source<EventLog<LogEntry>> {
    const open = ({ SysLogPanel, serverEventFeed }: Parts): Source<EventLog<LogEntry>> => {
      const feed = serverEventFeed(connection, this.#bound());
      this.#panel ??= new SysLogPanel(this, this.#pace, this.#bound());
      this.#panel.follow(feed);
      return feed;
    };
    if (parts) return open(parts);
    return new LazySource(connection, loadParts, open);
  }

  protected override snapshotChanged({ data, status }: Snapshot<EventLog<LogEntry>>): void {
    // another state is news for everybody, not one line more
    if (status !== this.#drawnStatus) this.#pace.hurry();
    this.#drawnStatus = status;
    if (data) this.#panel?.update(data);
  }

  protected override isEmpty(data: EventLog<LogEntry>): boolean {
    return data.total === 0;
  }

  protected override async scheduleUpdate(): Promise<void> {
    await this.#pace.turn();
    await super.scheduleUpdate();
  }

  protected override sourceKey(): string {
    return String(this.#bound());
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    this.#panel?.take(this.#bound(), this.filter ?? '', this.hide);
  }

  protected override renderData(): TemplateResult {
    return this.#panel?.render() ?? html``;
  }

  #bound(): number {
    const asked = Math.floor(Number(this.max ?? DEFAULT_MAX));
    return asked >= 1 ? Math.min(asked, MOST) : DEFAULT_MAX;
  }
}
