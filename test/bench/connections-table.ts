/**
 * What somebody writes who needs such a table and no more: the top 50 of the server's sorting, asked each second, in plain
 * DOM that keeps its cells. The measure for `<nunect-connz>`.
 */
import { connect } from 'nats.ws';
import { pageSettings, type PageSettings } from './connections-page.ts';

type Row = Readonly<Record<string, string | number>>;

const COLUMNS = [
  ['cid', 'CID', 'cid'],
  ['name', 'Name', ''],
  ['account', 'Account', ''],
  ['authorized_user', 'User', ''],
  ['ip', 'Address', ''],
  ['rtt', 'RTT', ''],
  ['uptime', 'Uptime', ''],
  ['idle', 'Idle', ''],
  ['pending_bytes', 'Pending', 'pending'],
  ['subscriptions', 'Subscriptions', 'subs'],
  ['in_msgs', 'Messages in', 'msgs_from'],
  ['out_msgs', 'Messages out', 'msgs_to'],
  ['in_bytes', 'Bytes in', 'bytes_from'],
  ['out_bytes', 'Bytes out', 'bytes_to'],
] as const;

const numbers = new Intl.NumberFormat();

/** Starts the table. `sort` and `filter` are what the bench calls; `firstRow` what it looks at. */
export async function startTable({ servers, user, pass }: PageSettings): Promise<void> {
  document.body.innerHTML = `<input type="search" aria-label="Filter">
    <div class="frame"><table><thead><tr></tr></thead><tbody></tbody></table></div>`;
  const body = document.querySelector('tbody');
  const head = document.querySelector('thead tr');
  const input = document.querySelector('input');
  if (!body || !head || !input) throw new Error('the page has no table');
  let sort = 'cid';
  let rows: readonly Row[] = [];
  const nats = await connect({ servers, user, pass });

  const ask = async (): Promise<void> => {
    const options = JSON.stringify({ sort, limit: 50, auth: true });
    const reply = await nats.request('$SYS.REQ.SERVER.PING.CONNZ', options, { timeout: 2_000 });
    rows = reply.json<{ data: { connections: Row[] } }>().data.connections;
    draw();
  };
  const draw = (): void => {
    const word = input.value.toLowerCase();
    const shown = rows.filter((row) =>
      COLUMNS.some(([field]) =>
        String(row[field] ?? '')
          .toLowerCase()
          .includes(word),
      ),
    );
    while (body.rows.length > shown.length) body.deleteRow(-1);
    while (body.rows.length < shown.length) {
      const row = body.insertRow();
      for (const _ of COLUMNS) row.insertCell();
    }
    shown.forEach((row, y) => {
      const cells = body.rows[y]?.cells;
      COLUMNS.forEach(([field], x) => {
        const value = row[field] ?? '–';
        const text = typeof value === 'number' ? numbers.format(value) : String(value);
        const cell = cells?.[x];
        if (cell && cell.textContent !== text) cell.textContent = text;
      });
    });
  };
  for (const [, label, by] of COLUMNS) {
    const cell = document.createElement('th');
    cell.textContent = label;
    cell.dataset['sort'] = by;
    cell.addEventListener('click', () => {
      sort = by || 'cid';
      void ask();
    });
    head.append(cell);
  }
  input.addEventListener('input', draw);
  await ask();
  setInterval(() => void ask(), 1_000);
}

await startTable(pageSettings());
