import { html, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { safeText } from '../../protocol/decode.ts';
import { decodeIpqueueszReply, type IpqueueszOptions } from '../../protocol/server/ipqueuesz.ts';
import { age } from '../core/element/age.ts';
import { formatCount } from '../core/element/format.ts';
import { rawReplies } from '../core/sources/ask.ts';
import { OneServer } from '../core/sources/one-server.ts';
import { serverPoll } from '../core/sources/server-poll.ts';
import type { Source } from '../core/sources/source.ts';
import type { Connection } from '../core/transport/connection.ts';
import { GridElement, type GridColumn } from '../core/ui/grid-element.ts';
import { renderStats } from '../core/ui/stat.ts';
import { queueRows, waitingOf, type QueueRow, type QueueServers } from './ipqueuesz.model.ts';

/** Servers that get a tile; of more the busiest do. */
const MOST_TILES = 12;

const COLUMNS: readonly GridColumn<QueueRow>[] = [
  { id: 'queue', label: 'Queue', priority: 1, width: 'minmax(200px, 4fr)', value: ({ queue }) => safeText(queue, 256) },
  { id: 'server', label: 'Server', priority: 1, value: ({ server }) => safeText(server, 120) },
  {
    id: 'pending',
    label: 'Pending',
    title: 'What waits in it now',
    align: 'end',
    priority: 1,
    value: ({ pending }) => pending,
  },
  {
    id: 'progress',
    label: 'In progress',
    title: 'What was taken out and is being worked on',
    align: 'end',
    priority: 1,
    value: ({ inProgress }) => inProgress,
  },
];

/**
 * The queues inside of servers: what waits to be worked off for the system account, JetStream's API and each Raft group.
 * nats-server 2.10.26 and later.
 *
 * @element nunect-ipqueuesz
 * @attr all - lists empty queues too
 */
export class NunectIpqueuesz extends GridElement<QueueServers, QueueRow> {
  @property({ type: Boolean }) all = false;

  protected override readonly defaultHeading = 'Internal queues';
  protected override readonly hint = 'Asking every server for its internal queues ($SYS.REQ.SERVER.PING.IPQUEUESZ).';
  protected override readonly columns = COLUMNS;
  protected override readonly fileName = 'ipqueuesz';
  protected override readonly rawFeed = 'ipqueuesz';
  protected override readonly rowNoun = 'queues';

  get #options(): IpqueueszOptions {
    return { all: this.all };
  }

  protected override sourceKey(): string {
    return `${this.server} ${this.all}`;
  }

  protected override createSource(connection: Connection): Source<QueueServers> {
    const all = serverPoll(connection, 'ipqueuesz', decodeIpqueueszReply, this.#options);
    return this.server ? new OneServer(all, this.server) : all;
  }

  protected override rowsOf(data: QueueServers): readonly QueueRow[] {
    return queueRows(data);
  }

  protected override rowId({ id }: QueueRow): string {
    return id;
  }

  protected override rowClass({ missingSince }: QueueRow): string {
    return missingSince === null ? '' : 'missing';
  }

  protected override renderSummary(data: QueueServers): TemplateResult {
    const shown =
      data.length <= MOST_TILES
        ? data
        : [...data].sort((a, b) => (waitingOf(b) ?? 0) - (waitingOf(a) ?? 0)).slice(0, MOST_TILES);
    return renderStats(
      'What waits in each server',
      shown.map((each) => {
        const waiting = waitingOf(each);
        return {
          label: safeText(each.server.name, 64),
          value: formatCount(waiting),
          more:
            each.missingSince !== null
              ? html`has not answered for ${age(each.missingSince)}`
              : waiting === 0
                ? 'nothing waits'
                : `waiting in ${busyWords(each.value.queues.filter(({ pending }) => pending !== 0).length)}`,
        };
      }),
    );
  }

  protected override rawJson(): Promise<string> {
    const connection = this.activeConnection;
    return connection ? rawReplies(connection, 'ipqueuesz', this.#options) : super.rawJson();
  }
}

function busyWords(queues: number): string {
  return `${formatCount(queues)} ${queues === 1 ? 'queue' : 'queues'}`;
}
