import { expect, waitUntil } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { fruits, heading, namesOf, rowsOf, scrollerOf, shown, type FruitGrid } from './helpers.ts';

/** The cell that the keyboard is on: its row's number for a screen reader, and its column. */
function cursor(element: FruitGrid): string {
  const focused = element.shadowRoot?.activeElement;
  const row = focused?.closest('[role="row"]')?.getAttribute('aria-rowindex') ?? 'nowhere';
  return `${row} ${focused?.getAttribute('data-column') ?? ''}`;
}

async function press(...keys: string[]): Promise<void> {
  for (const key of keys) await sendKeys({ press: key });
}

function cell(element: FruitGrid, name: string, column = 'name'): HTMLElement {
  const row = rowsOf(element).find(
    (each) => each.querySelector('[data-column="name"] .grid-value')?.textContent?.trim() === name,
  );
  const found = row?.querySelector<HTMLElement>(`[data-column="${column}"]`);
  if (!found) throw new Error(`no cell of ${name}`);
  return found;
}

const detail = (element: FruitGrid): Element | null => element.shadowRoot?.querySelector('.grid-detail') ?? null;

describe('a data grid', () => {
  it('bears attributes that a page takes away again', async () => {
    const element = await shown(fruits(3));
    for (const name of ['filter', 'sort', 'server']) {
      element.setAttribute(name, 'name');
      await element.updateComplete;
      element.removeAttribute(name);
      await element.updateComplete;
    }
    expect(rowsOf(element)).to.have.length(3);
    expect(element.shadowRoot?.querySelector('[part="state"]')).to.equal(null);
  });

  it('draws of ten thousand rows the ones on screen, and the last can be reached', async () => {
    const element = await shown(fruits(10_000));
    expect(rowsOf(element).length).to.be.below(40);
    const scroller = scrollerOf(element);
    expect(scroller.getAttribute('aria-rowcount')).to.equal('10001');
    scroller.scrollTop = scroller.scrollHeight;
    await waitUntil(() => namesOf(element).includes('fruit 9999'), 'the last row should come');
    expect(rowsOf(element).length).to.be.below(40);
    const last = rowsOf(element).at(-1);
    expect(last?.getAttribute('aria-rowindex')).to.equal('10001');
    expect(last?.getBoundingClientRect().bottom).to.be.at.most(scroller.getBoundingClientRect().bottom + 1);
  });

  it('tells which rows are on screen, once scrolling rests', async () => {
    const element = await shown(fruits(1_000));
    await waitUntil(() => element.seen.length > 0);
    expect(element.seen.at(-1)?.[0]?.id).to.equal('f0');
    scrollerOf(element).scrollTop = 3_400;
    await waitUntil(() => element.seen.at(-1)?.[0]?.id === 'f100', 'the rows on screen should be told');
    expect(element.seen.at(-1)?.length).to.be.below(30);
  });

  it('sorts by a heading: up, down, as it came; unknown is always last', async () => {
    const element = await shown(fruits(5, (i) => ({ weight: [3, null, 10, 1, 2][i] ?? null })));
    const sorted = async (direction: string): Promise<string[]> => {
      heading(element, 'weight').click();
      await waitUntil(() => heading(element, 'weight').getAttribute('aria-sort') === direction);
      return namesOf(element);
    };
    expect(await sorted('ascending')).to.deep.equal(['fruit 3', 'fruit 4', 'fruit 0', 'fruit 2', 'fruit 1']);
    expect(await sorted('descending')).to.deep.equal(['fruit 2', 'fruit 0', 'fruit 4', 'fruit 3', 'fruit 1']);
    expect(await sorted('none')).to.deep.equal(['fruit 0', 'fruit 1', 'fruit 2', 'fruit 3', 'fruit 4']);
  });

  it('sorts by several columns with Shift, names as people order them, and tells the page', async () => {
    const element = await shown(fruits(12));
    const views: unknown[] = [];
    element.addEventListener('nunect-view-change', (event) => views.push((event as CustomEvent).detail));
    heading(element, 'ripe').click();
    heading(element, 'name').dispatchEvent(new MouseEvent('click', { bubbles: true, shiftKey: true }));
    await waitUntil(() => namesOf(element)[0] === 'fruit 1');
    expect(namesOf(element).slice(0, 7).join()).to.equal('fruit 1,fruit 3,fruit 5,fruit 7,fruit 9,fruit 11,fruit 0');
    expect(views).to.deep.equal([
      { filter: '', sort: 'ripe' },
      { filter: '', sort: 'ripe,name' },
    ]);
  });

  it('takes a sorting from the page, bears any, and does not tell it back', async () => {
    const element = await shown(fruits(3));
    let told = 0;
    element.addEventListener('nunect-view-change', () => told++);
    element.sort = '-weight,nothing,,--';
    await waitUntil(() => namesOf(element)[0] === 'fruit 2');
    expect(told).to.equal(0);
  });

  it('keeps the order for a moment when figures change, and then sorts anew', async () => {
    const element = await shown(fruits(3));
    element.sort = 'weight';
    await element.updateComplete;
    element.basket.set(fruits(3, (i) => ({ weight: 10 - i })));
    await waitUntil(() => rowsOf(element)[0]?.textContent?.includes('10'), 'the new figure should be there');
    expect(namesOf(element)[0]).to.equal('fruit 0');
    await waitUntil(() => namesOf(element)[0] === 'fruit 2', 'the new order should come', { timeout: 3_000 });
  });

  it('keeps what is read in its place when rows come above it', async () => {
    const element = await shown(fruits(500));
    scrollerOf(element).scrollTop = 3_400;
    await waitUntil(() => namesOf(element).includes('fruit 100'));
    const before = cell(element, 'fruit 102').getBoundingClientRect().top;
    element.basket.set([...fruits(50, (i) => ({ id: `new${i}`, name: `new ${i}` })), ...fruits(500)]);
    await waitUntil(() => scrollerOf(element).getAttribute('aria-rowcount') === '551');
    expect(cell(element, 'fruit 102').getBoundingClientRect().top).to.be.closeTo(before, 1);
  });

  it('keeps two rows that say they are the same one', async () => {
    const element = await shown(fruits(2, () => ({ id: 'same' })));
    expect(namesOf(element)).to.deep.equal(['fruit 0', 'fruit 1']);
  });
});

describe('the keyboard in a data grid', () => {
  it('has one place in the tab order, and walks cells, rows and headings', async () => {
    const element = await shown(fruits(100));
    expect(element.shadowRoot?.querySelectorAll('.grid-scroller [tabindex="0"]').length).to.equal(1);
    cell(element, 'fruit 0').focus();
    await press('ArrowDown', 'ArrowRight');
    expect(cursor(element)).to.equal('3 weight');
    await press('End');
    expect(cursor(element)).to.equal('3 ripe');
    await press('Home', 'ArrowUp', 'ArrowUp');
    expect(cursor(element)).to.equal('1 name');
    await press('ArrowUp', 'ArrowLeft');
    expect(cursor(element)).to.equal('1 name');
    expect(element.shadowRoot?.querySelectorAll('.grid-scroller [tabindex="0"]').length).to.equal(1);
  });

  it('reaches the last of ten thousand rows and comes back', async () => {
    const element = await shown(fruits(10_000));
    cell(element, 'fruit 0').focus();
    await press('Control+End');
    expect(cursor(element)).to.equal('10001 ripe');
    const at = element.shadowRoot?.activeElement?.getBoundingClientRect();
    expect(at?.bottom).to.be.at.most(scrollerOf(element).getBoundingClientRect().bottom + 1);
    await press('PageUp');
    expect(Number(cursor(element).split(' ')[0])).to.be.within(9_970, 10_000);
    await press('Control+Home');
    expect(cursor(element)).to.equal('2 name');
    const first = element.shadowRoot?.activeElement?.getBoundingClientRect();
    const head = heading(element, 'name').getBoundingClientRect();
    expect(first?.top).to.be.at.least(head.bottom - 1);
  });

  it('sorts from a heading, opens with Enter and closes with Escape', async () => {
    const element = await shown(fruits(5));
    cell(element, 'fruit 0', 'weight').focus();
    await press('ArrowUp', 'Space', 'Space');
    await waitUntil(() => namesOf(element)[0] === 'fruit 4');
    await press('ArrowDown', 'Enter');
    await waitUntil(() => detail(element));
    expect(detail(element)?.textContent).to.include('fruit 4');
    const row = rowsOf(element)[0];
    expect(row?.getAttribute('aria-selected')).to.equal('true');
    expect(row?.querySelector('[role="rowheader"]')?.getAttribute('aria-expanded')).to.equal('true');
    await press('Escape');
    await waitUntil(() => !detail(element));
    expect(cursor(element)).to.equal('2 weight');
  });

  it('stays with its row when the row goes elsewhere or figures change', async () => {
    const element = await shown(fruits(50));
    cell(element, 'fruit 3', 'weight').focus();
    element.basket.set([...fruits(50, (i) => ({ weight: 50 - i }))].reverse());
    await waitUntil(() => cursor(element) === '48 weight', `the cursor should follow; it is at ${cursor(element)}`);
    element.basket.set(fruits(50).filter((each) => each.id !== 'f3'));
    await waitUntil(() => scrollerOf(element).getAttribute('aria-rowcount') === '50');
    expect(cursor(element)).to.match(/^\d+ weight$/);
  });

  it('stays with its row while that is scrolled out of sight', async () => {
    const element = await shown(fruits(1_000));
    cell(element, 'fruit 1').focus();
    scrollerOf(element).scrollTop = 20_000;
    await waitUntil(() => namesOf(element).includes('fruit 590'));
    expect(cursor(element)).to.equal('3 name');
    await press('ArrowDown');
    expect(cursor(element)).to.equal('4 name');
    expect(scrollerOf(element).scrollTop).to.be.below(200);
  });
});

describe('the layout of a data grid', () => {
  it('leaves out what there is no room for, by priority, and counts it still', async () => {
    const element = await shown(fruits(5), 800);
    const frame = element.parentElement;
    expect(element.shadowRoot?.querySelectorAll('.grid-heading').length).to.equal(3);
    frame?.style.setProperty('width', '560px');
    element.extra = true;
    element.requestUpdate();
    await waitUntil(() => scrollerOf(element).getAttribute('aria-colcount') === '6');
    const shownColumns = [...(element.shadowRoot?.querySelectorAll('.grid-heading') ?? [])].map((each) =>
      each.getAttribute('data-column'),
    );
    expect(shownColumns).to.deep.equal(['name', 'weight', 'origin']);
    expect(heading(element, 'origin').getAttribute('aria-colindex')).to.equal('5');
    expect(scrollerOf(element).scrollWidth).to.equal(scrollerOf(element).clientWidth);
  });

  it('makes cards of rows at 360 px, and shows all values in the detail', async () => {
    const element = await shown(fruits(5), 360);
    await waitUntil(() => scrollerOf(element).classList.contains('cards'));
    await waitUntil(() => rowsOf(element)[1]?.getBoundingClientRect().height === 68);
    expect(scrollerOf(element).scrollWidth).to.equal(scrollerOf(element).clientWidth);
    const label = getComputedStyle(cell(element, 'fruit 1', 'weight'), '::before').content;
    expect(label).to.include('Weight');
    cell(element, 'fruit 1').click();
    await waitUntil(() => detail(element));
    expect(detail(element)?.textContent?.replace(/\s+/g, ' ')).to.include('Ripe no');
    await expect(element).to.be.accessible();
  });

  it('cuts no card: all are as high as the fullest needs', async () => {
    const element = await shown(fruits(5), 180);
    element.extra = true;
    element.requestUpdate();
    await waitUntil(() => scrollerOf(element).getAttribute('aria-colcount') === '6');
    element.shadowRoot?.querySelector<HTMLElement>('.grid-bar .popover-button')?.click();
    // what is shown by hand takes the room of what is not, so that goes, and has to be chosen in turn
    await waitUntil(() => {
      element.shadowRoot?.querySelector<HTMLInputElement>('#columns-panel input:not(:checked)')?.click();
      return element.shadowRoot?.querySelectorAll('.grid-heading').length === 6;
    });
    await waitUntil(() => (rowsOf(element)[1]?.getBoundingClientRect().height ?? 0) > 68);
    const rows = [...(element.shadowRoot?.querySelectorAll<HTMLElement>('.grid-space > .grid-row') ?? [])];
    expect(new Set(rows.map((each) => each.getBoundingClientRect().height)).size).to.equal(1);
    for (const each of rows) expect(each.scrollHeight).to.equal(each.clientHeight);
  });

  it('shows and hides columns as a person says', async () => {
    const element = await shown(fruits(5));
    element.shadowRoot?.querySelector<HTMLElement>('.grid-bar .popover-button')?.click();
    const boxes = element.shadowRoot?.querySelectorAll<HTMLInputElement>('#columns-panel input') ?? [];
    boxes[1]?.click();
    await waitUntil(() => element.shadowRoot?.querySelectorAll('.grid-heading').length === 2);
    expect(element.shadowRoot?.querySelector('.grid-heading[data-column="weight"]')).to.equal(null);
  });

  it('is accessible as a grid', async () => {
    await expect(await shown(fruits(10))).to.be.accessible();
  });

  it('is accessible with a detail and the filters of columns', async () => {
    const element = await shown(fruits(10));
    cell(element, 'fruit 2').click();
    element.shadowRoot?.querySelector<HTMLElement>('.grid-bar button[aria-controls="column-filters"]')?.click();
    await waitUntil(() => detail(element));
    await expect(element).to.be.accessible();
  });

  it('is accessible when the filter leaves nothing', async () => {
    const element = await shown(fruits(10));
    element.filter = 'no such fruit';
    await waitUntil(() => element.shadowRoot?.querySelector('.grid-empty'));
    await expect(element).to.be.accessible();
  });
});
