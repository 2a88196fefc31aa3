import type { LitElement } from 'lit';
import { adoptStyles } from '../core/element/adopt-styles.ts';
import { badge, renderBadge } from '../core/ui/badge.ts';
import { LogPanel, type LogChoice } from '../core/ui/log-panel.ts';
import type { Pace } from '../core/ui/pace.ts';
import { ALL_LANES, hiddenLanes, laneOf, LANES, QUIET_LANES, type Lane } from './sys-log.lanes.ts';
import { lineOf, toJson, type ClosedOf } from './sys-log.model.ts';
import { renderCells, rowClass } from './sys-log.row.ts';
import type { LogEntry, ServerEventFeed } from './sys-log.source.ts';
import { styles } from './sys-log.styles.ts';

/** The element that a panel is in. */
export interface LogPanelHost extends LitElement {
  filter: string;
  hide: string | null;
}

/**
 * What the log of servers has of its own in a panel of events. It and the feed load together, once there is a
 * connection.
 */
export class SysLogPanel extends LogPanel<LogEntry, Lane> {
  readonly #element: LogPanelHost;
  #feed: ServerEventFeed | null = null;
  /** The attribute that `hiddenLanes` is of. */
  #hide: string | null = null;
  #hiddenLanes: ReadonlySet<Lane> = QUIET_LANES;

  /**
   * @param pace of the element's redrawing
   * @param bound how many events are kept
   */
  constructor(host: LogPanelHost, pace: Pace, bound: number) {
    const closedOf: ClosedOf = (event) => this.#feed?.reader.closedOf(event) ?? null;
    super(host, pace, bound, {
      noun: ['event', 'events'],
      columns: ['Time', 'Event', 'Account', 'User', 'Client', 'Host', 'Server', 'Why'],
      lanes: LANES,
      lanesLabel: 'Kinds of events',
      quiet: QUIET_LANES,
      quietTitle: 'So many come that they are kept only from when they are shown',
      invitation: 'Connect a client, and it appears here: name, account, address; later when and why it left.',
      fileName: 'nats-events',
      laneOf,
      textsOf: (entry) => {
        const line = lineOf(entry, closedOf);
        const lane = laneOf(entry.event);
        const { words, time, account, user, client, host: address, server, why } = line;
        return [words, lane ? LANES[lane].words : '', time, account, user, client, address, server, why];
      },
      cells: (entry) => renderCells(entry, closedOf),
      rowClass,
      headOf: (entry) => {
        const { mark, words, tone } = lineOf(entry, closedOf);
        return renderBadge(tone, mark, words);
      },
      detailsOf: (entry) => {
        const { event } = entry;
        return this.#feed?.reader.detailsOf(entry, event.kind === 'disconnect' ? closedOf(event) : null) ?? [];
      },
      toJson: (entry, space) => toJson(entry, closedOf, space),
      opened: ({ event }) => {
        if (event.kind === 'disconnect') this.#feed?.reader.wantClosed(event);
      },
      chosen: ({ filter, hidden }) => this.#choose(filter, ALL_LANES.filter((lane) => hidden.has(lane)).join(' ')),
      showAll: () => this.#choose('', null),
    });
    this.#element = host;
    adoptStyles(host, [badge, styles]);
  }

  /** Shows this feed from now on. Moved within the page it is the same one: filter, pause and what was cleared stay. */
  follow(feed: ServerEventFeed): void {
    if (feed !== this.#feed) this.reset();
    for (const lane of QUIET_LANES) if (!this.#hiddenLanes.has(lane)) feed.want(lane);
    this.#feed = feed;
  }

  /** Takes what the attributes say. */
  take(bound: number, filter: string, hide: string | null): void {
    if (hide !== this.#hide) this.#setHidden(hide);
    this.set(bound, this.#choice(filter));
  }

  #choice(filter: string): LogChoice<Lane> {
    return { filter, hidden: this.#hiddenLanes };
  }

  #setHidden(hide: string | null): void {
    this.#hide = hide;
    this.#hiddenLanes = hiddenLanes(hide);
    for (const lane of QUIET_LANES) if (!this.#hiddenLanes.has(lane)) this.#feed?.want(lane);
  }

  /** What a person has chosen stands in the properties, so that a page can keep it and set it again. */
  #choose(filter: string, hide: string | null): void {
    this.do(() => {
      this.#element.filter = filter;
      this.#element.hide = hide;
      // a lane that is wanted is heard from this moment on, not from the next drawing
      this.#setHidden(hide);
    });
    // a page that keeps what elements show knows a sorting of each: a log has one only
    this.#element.dispatchEvent(new CustomEvent('nunect-view-change', { detail: { filter, sort: '', hide } }));
  }
}
