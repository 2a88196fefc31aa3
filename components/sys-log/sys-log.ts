import { property } from 'lit/decorators.js';
import type { EventLog } from '../core/sources/event-feed.ts';
import { LazySource } from '../core/sources/lazy-source.ts';
import type { Source } from '../core/sources/source.ts';
import type { Connection } from '../core/transport/connection.ts';
import { LogElement } from '../core/ui/log-element.ts';
import type { SysLogPanel } from './sys-log.panel.ts';
import type { LogEntry } from './sys-log.source.ts';

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
export class NunectSysLog extends LogElement<EventLog<LogEntry>, SysLogPanel> {
  /** Words to look for in every field that is shown, whatever the case. */
  @property() filter = '';

  /**
   * Kinds of events that are hidden, separated by spaces: `connect`, `disconnect`, `auth-error`, `leaves`, `servers`,
   * `jetstream`, `security`, `accounts`, `api`. Null: the last two.
   */
  @property() hide: string | null = null;

  protected override readonly defaultHeading = 'Events';
  protected override readonly most = 50_000;

  protected override createSource(connection: Connection): Source<EventLog<LogEntry>> {
    return new LazySource(
      connection,
      () => import('./sys-log.parts.ts'),
      ({ SysLogPanel, serverEventFeed }) => {
        const feed = serverEventFeed(connection, this.bound);
        this.panel ??= new SysLogPanel(this, this.pace, this.bound);
        this.panel.follow(feed);
        return feed;
      },
    );
  }

  protected override sourceKey(): string {
    return String(this.bound);
  }

  protected override choose(panel: SysLogPanel): void {
    panel.take(this.bound, this.filter ?? '', this.hide);
  }
}
