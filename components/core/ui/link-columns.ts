import { formatBytes, formatCount, formatMicroseconds, formatPerSecond } from '../element/format.ts';
import type { GridColumn } from './grid-column.ts';
import type { LinkFigures } from './link-figures.ts';

interface Linked {
  readonly figures: LinkFigures;
}

type Column<R extends Linked> = GridColumn<R>;

/** RTT of a link: of its slowest connection, and of the quickest where they differ. @param when it is measured */
export function rttColumn<R extends Linked>(when: string): Column<R> {
  return {
    id: 'rtt',
    label: 'RTT',
    title: `Round trip of the quickest and the slowest connection, ${when}. It may be old: for a measurement use a probe. Sorted by the slowest.`,
    value: ({ figures }) => figures.worstRttUs,
    cell: ({ figures: { bestRttUs: best, worstRttUs: worst } }) =>
      best === null || worst === null || formatMicroseconds(best) === formatMicroseconds(worst)
        ? formatMicroseconds(worst)
        : `${formatMicroseconds(best)} to ${formatMicroseconds(worst)}`,
    align: 'end',
    width: 'minmax(142px, 1fr)',
    priority: 1,
  };
}

/** Messages and bytes per second, as the server at hand counts them. */
export function rateColumns<R extends Linked>(): Column<R>[] {
  const rate = (
    id: string,
    label: string,
    title: string,
    of: (figures: LinkFigures) => number | null,
    format: typeof formatBytes | undefined,
    priority: 1 | 2 | 3,
  ): Column<R> => ({
    id,
    label,
    title,
    value: ({ figures }) => of(figures),
    cell: ({ figures }) => formatPerSecond(of(figures), format),
    align: 'end',
    width: 'minmax(92px, 1fr)',
    priority,
  });
  return [
    rate('in', 'Msgs in', 'Messages received by this server, per second', (f) => f.inMsgsRate, undefined, 2),
    rate('out', 'Msgs out', 'Messages sent by this server, per second', (f) => f.outMsgsRate, undefined, 2),
    rate('bytes_in', 'Data in', 'Bytes received by this server, per second', (f) => f.inBytesRate, formatBytes, 2),
    rate('bytes_out', 'Data out', 'Bytes sent by this server, per second', (f) => f.outBytesRate, formatBytes, 2),
  ];
}

/** Messages and bytes since the connections stand. */
export function totalColumns<R extends Linked>(): Column<R>[] {
  const total = (
    id: string,
    label: string,
    of: (figures: LinkFigures) => number | null,
    format: (value: number | null) => string,
  ): Column<R> => ({
    id,
    label,
    title: `${label}, since the connections stand`,
    value: ({ figures }) => of(figures),
    cell: ({ figures }) => format(of(figures)),
    align: 'end',
    width: 'minmax(104px, 1fr)',
    priority: 3,
  });
  return [
    total('in_msgs', 'Msgs in, total', (f) => f.inMsgs, formatCount),
    total('out_msgs', 'Msgs out, total', (f) => f.outMsgs, formatCount),
    total('in_bytes', 'Data in, total', (f) => f.inBytes, formatBytes),
    total('out_bytes', 'Data out, total', (f) => f.outBytes, formatBytes),
  ];
}

export function pendingColumn<R extends Linked>(): Column<R> {
  return {
    id: 'pending',
    label: 'Pending',
    title: 'Bytes that wait to be sent',
    value: ({ figures }) => figures.pendingBytes,
    cell: ({ figures }) => formatBytes(figures.pendingBytes),
    align: 'end',
    width: 'minmax(84px, 1fr)',
    priority: 2,
  };
}

export function subscriptionsColumn<R extends Linked>(): Column<R> {
  return {
    id: 'subs',
    label: 'Subscriptions',
    title: 'Interest that the other side told of',
    value: ({ figures }) => figures.subscriptions,
    align: 'end',
    width: 'minmax(104px, 1fr)',
    priority: 3,
  };
}
