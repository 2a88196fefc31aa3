import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import { textOf, untilText } from '../core/helpers.ts';
import type { GridColumn } from '../../../components/core/ui/grid-column.ts';
import { columnFilter, parseFilter, rowFilter, withColumnFilter } from '../../../components/core/ui/grid-filter.ts';
import { formatSort, nextSort, parseSort } from '../../../components/core/ui/grid-sort.ts';
import { meterTone, renderMeter, renderStats } from '../../../components/core/ui/stat.ts';
import { exportTable, toCsv, toJson, toTsv } from '../../../components/core/ui/table-export.ts';
import { fruits, namesOf, rowsOf, shown, type FruitGrid } from './helpers.ts';

interface Row {
  readonly name: string | null;
  readonly bytes: number | null;
}

const COLUMNS: readonly GridColumn<Row>[] = [
  { id: 'name', label: 'Name', value: (row) => row.name },
  { id: 'bytes', label: 'Data in', value: (row) => row.bytes },
];
const ROWS: readonly Row[] = [
  { name: 'alpha one', bytes: 50 },
  { name: 'beta', bytes: 5_000 },
  { name: 'nats://10.0.0.1:4222', bytes: null },
];

const passing = (filter: string): (string | null)[] => {
  const test = rowFilter(parseFilter(filter, COLUMNS), COLUMNS);
  return ROWS.filter((row) => test?.(row) ?? true).map((row) => row.name);
};

function fieldOf(element: FruitGrid): HTMLInputElement {
  const field = element.shadowRoot?.querySelector<HTMLInputElement>('.grid-filter');
  if (!field) throw new Error('no filter');
  return field;
}

describe('a filter', () => {
  it('wants every word, in any column, whichever the case', () => {
    expect(passing('ALPHA on')).to.deep.equal(['alpha one']);
    expect(passing('alpha beta')).to.deep.equal([]);
    expect(passing('  ')).to.have.length(3);
  });

  it('leaves out, looks in one column, keeps quoted words together', () => {
    expect(passing('-beta')).to.deep.equal(['alpha one', 'nats://10.0.0.1:4222']);
    expect(passing('name:beta')).to.deep.equal(['beta']);
    expect(passing('-name:beta -alpha')).to.deep.equal(['nats://10.0.0.1:4222']);
    expect(passing('"alpha one"')).to.deep.equal(['alpha one']);
    expect(passing('"a one"')).to.deep.equal(['alpha one']);
    expect(passing('"one alpha"')).to.deep.equal([]);
  });

  it('takes a colon in a word that names no column as part of it', () => {
    expect(passing('10.0.0.1:4222')).to.deep.equal(['nats://10.0.0.1:4222']);
    expect(passing('nats://10')).to.deep.equal(['nats://10.0.0.1:4222']);
  });

  it('compares numbers, by id or label, with k and Ki; an unknown one is neither above nor below', () => {
    expect(passing('bytes:>100')).to.deep.equal(['beta']);
    expect(passing('bytes:<5k')).to.deep.equal(['alpha one']);
    expect(passing('datain:<=5k')).to.deep.equal(['alpha one', 'beta']);
    expect(passing('bytes:50')).to.deep.equal(['alpha one']);
    expect(passing('bytes:>=4.8ki')).to.deep.equal(['beta']);
  });

  it('bears whatever is typed', () => {
    for (const text of ['"', '-', ':', 'name:', '-name:', 'bytes:>', '"unclosed', '\\', '(', '*'.repeat(5_000)])
      expect(() => passing(text)).not.to.throw();
  });

  it('of one column is part of the whole', () => {
    const terms = parseFilter('one name:alpha -bytes:>5', COLUMNS);
    expect(columnFilter(terms, 'name')).to.equal('alpha');
    expect(columnFilter(terms, 'bytes')).to.equal('->5');
    expect(withColumnFilter(terms, 'name', 'two words')).to.equal('one -bytes:>5 name:two name:words');
    expect(withColumnFilter(terms, 'name', '"two words"')).to.equal('one -bytes:>5 name:"two words"');
    expect(withColumnFilter(terms, 'bytes', '')).to.equal('one name:alpha');
  });
});

describe('a sorting', () => {
  it('is read and written, without what is no column', () => {
    const sorts = parseSort('name,-bytes,name,other', COLUMNS);
    expect(formatSort(sorts)).to.equal('name,-bytes');
    expect(formatSort(nextSort(sorts, 'name', true))).to.equal('-name,-bytes');
    expect(formatSort(nextSort(sorts, 'bytes', true))).to.equal('name');
    expect(formatSort(nextSort(sorts, 'bytes', false))).to.equal('');
  });
});

describe('a table that leaves the page', () => {
  const table = exportTable(COLUMNS, [
    { name: '=HYPERLINK("http://evil")', bytes: -5 },
    { name: '+1', bytes: null },
    { name: '-2', bytes: 0 },
    { name: '@SUM(A1)', bytes: 1.5 },
    { name: '\tx', bytes: 1 },
    { name: 'two\nlines, "quoted"', bytes: 1 },
  ]);

  it('cannot run as a formula, and keeps numbers numbers', () => {
    const lines = toCsv(table).replace('\ufeff', '').split('\r\n');
    expect(lines.slice(0, 6)).to.deep.equal([
      'Name,Data in',
      `"'=HYPERLINK(""http://evil"")",-5`,
      "'+1,",
      "'-2,0",
      "'@SUM(A1),1.5",
      "'\tx,1",
    ]);
    expect(lines[6]).to.equal('"two\nlines, ""quoted""",1');
    expect(toTsv(table).split('\n')[2]).to.equal("'+1\t");
    expect(toTsv(table).split('\n')).to.have.length(7);
  });

  it('says null where nothing is known', () => {
    expect((JSON.parse(toJson(table)) as unknown[])[1]).to.deep.equal({ name: '+1', bytes: null });
  });
});

describe('the line above a data grid', () => {
  it('filters as one types, counts, and offers to clear what hides everything', async () => {
    const element = await shown(fruits(120));
    expect(textOf(element)).to.include('120 fruits');
    const views: unknown[] = [];
    element.addEventListener('nunect-view-change', (event) => views.push((event as CustomEvent).detail));
    const field = fieldOf(element);
    field.value = 'fruit 11';
    field.dispatchEvent(new InputEvent('input'));
    await untilText(element, /110? of 120 fruits|11 of 120 fruits/);
    expect(views).to.deep.equal([{ filter: 'fruit 11', sort: '' }]);
    field.value = 'weight:>1000';
    field.dispatchEvent(new InputEvent('input'));
    await untilText(element, 'None of 120 fruits passes the filter.');
    expect(rowsOf(element)).to.have.length(0);
    element.shadowRoot?.querySelector<HTMLElement>('.grid-empty button')?.click();
    await waitUntil(() => namesOf(element).length > 0);
    expect(fieldOf(element).value).to.equal('');
  });

  it('has a field for each column, which is part of the same filter', async () => {
    const element = await shown(fruits(20));
    element.filter = 'fruit';
    element.shadowRoot?.querySelector<HTMLElement>('[aria-controls="column-filters"]')?.click();
    await waitUntil(() => element.shadowRoot?.querySelector('#column-filters'));
    const weight = element.shadowRoot?.querySelectorAll<HTMLInputElement>('#column-filters input')[1];
    if (!weight) throw new Error('no field');
    weight.value = '>17';
    weight.dispatchEvent(new Event('change'));
    await waitUntil(() => namesOf(element).join() === 'fruit 18,fruit 19');
    expect(element.filter).to.equal('fruit weight:>17');
  });
});

describe('the tools of a data grid', () => {
  const open = async (element: FruitGrid, item: string): Promise<void> => {
    element.shadowRoot?.querySelector<HTMLElement>('.tools .popover-button')?.click();
    const buttons = [...(element.shadowRoot?.querySelectorAll<HTMLElement>('#tools-panel button') ?? [])];
    const button = buttons.find((each) => each.textContent?.trim() === item);
    if (!button) throw new Error(`no ${item}`);
    button.click();
    await element.updateComplete;
  };

  it('show the raw replies, and say why not when they cannot', async () => {
    const element = await shown(fruits(3));
    element.raw = () => Promise.resolve('[{"weight": 1}]');
    await open(element, 'Raw JSON');
    await untilText(element, '"weight": 1');
    const dialog = element.shadowRoot?.querySelector<HTMLDialogElement>('dialog');
    expect(dialog?.open).to.equal(true);
    await expect(element).to.be.accessible();
    dialog?.close();
    await waitUntil(() => !element.shadowRoot?.querySelector('dialog'));
    element.raw = () => Promise.reject(new Error('This login may not publish to FRUIT.'));
    await open(element, 'Raw JSON');
    await untilText(element, 'This login may not publish to FRUIT.');
  });

  it('hand over what is shown: filtered, in order, all columns but the hidden', async () => {
    const element = await shown(fruits(20));
    element.filter = 'weight:<3';
    element.sort = '-weight';
    await element.updateComplete;
    const saved: Blob[] = [];
    const createObjectURL = URL.createObjectURL.bind(URL);
    URL.createObjectURL = (blob: Blob) => {
      saved.push(blob);
      return 'blob:none';
    };
    const stop = (event: Event): void => event.preventDefault();
    addEventListener('click', stop, true);
    try {
      await open(element, 'Download CSV');
    } finally {
      removeEventListener('click', stop, true);
      URL.createObjectURL = createObjectURL;
    }
    const text = await saved[0]?.text();
    expect(text?.replace('\ufeff', '').trim().split('\r\n')).to.deep.equal([
      'Name,Weight,Ripe',
      'fruit 2,2,true',
      'fruit 1,1,false',
      'fruit 0,0,true',
    ]);
  });
});

describe('the detail of a row', () => {
  it('follows the figures, and says when the row is gone', async () => {
    const element = await shown(fruits(3));
    rowsOf(element)[1]?.querySelector<HTMLElement>('.grid-cell')?.click();
    const content = (): string =>
      element.shadowRoot?.querySelector('.grid-detail')?.textContent?.replace(/\s+/g, ' ') ?? '';
    await waitUntil(() => content().includes('fruit 1'));
    element.basket.set(fruits(3, () => ({ weight: 777 })));
    await waitUntil(() => content().includes('777'));
    element.basket.set(fruits(1));
    await waitUntil(() => content().includes('Gone. This is what was last known of it.'));
    expect(content()).to.include('777');
    element.basket.set(fruits(3));
    await waitUntil(() => !content().includes('Gone'));
  });
});

describe('a meter', () => {
  const words = async (used: number | null, limit: number | null): Promise<string> => {
    const element = await fixture(
      html`<div>${renderMeter({ label: 'Disk', used, limit, format: (n) => `${n} B` })}</div>`,
    );
    return element.textContent?.replace(/\s+/g, ' ').trim() ?? '';
  };

  it('says in words what its bar shows, and what is not known', async () => {
    expect(await words(40, 50)).to.equal('Disk: 40 B of 50 B · 80 %');
    expect(await words(null, 50)).to.equal('Disk: – of 50 B');
    expect(await words(40, null)).to.equal('Disk: 40 B limit unknown');
    expect(await words(40, -1)).to.equal('Disk: 40 B no limit');
    expect(await words(1, 1_000)).to.equal('Disk: 1 B of 1000 B · < 1 %');
  });

  it('warns at four fifths and alarms just below the limit', () => {
    expect(meterTone({ used: 79, limit: 100 })).to.equal('good');
    expect(meterTone({ used: 80, limit: 100 })).to.equal('warn');
    expect(meterTone({ used: 95, limit: 100 })).to.equal('bad');
    expect(meterTone({ used: null, limit: 100 })).to.equal('quiet');
  });

  it('and tiles are accessible', async () => {
    const element = await fixture(
      html`<div>
        ${renderStats('Figures', [{ label: 'Streams', value: '3', more: 'of 5', curve: [1, 2, null, 3] }])}
      </div>`,
    );
    expect(element.textContent?.replace(/\s+/g, ' ').trim()).to.equal('Streams 3 of 5');
    await expect(element).to.be.accessible();
  });
});
