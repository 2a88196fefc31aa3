import { expect, waitUntil } from '@open-wc/testing';
import { fruits, heading, namesOf, rowsOf, scrollerOf, shown } from './helpers.ts';

describe('a data grid', () => {
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

  it('sorts by a heading: up, down, as it came', async () => {
    const element = await shown(fruits(5, (i) => ({ weight: [3, null, 10, 1, 2][i] ?? null })));
    const weight = heading(element, 'weight');
    weight.click();
    await waitUntil(() => weight.getAttribute('aria-sort') === 'ascending');
    expect(namesOf(element)).to.deep.equal(['fruit 3', 'fruit 4', 'fruit 0', 'fruit 2', 'fruit 1']);
    weight.click();
    await waitUntil(() => weight.getAttribute('aria-sort') === 'descending');
    expect(namesOf(element)).to.deep.equal(['fruit 2', 'fruit 0', 'fruit 4', 'fruit 3', 'fruit 1']);
    weight.click();
    await waitUntil(() => weight.getAttribute('aria-sort') === 'none');
    expect(namesOf(element)).to.deep.equal(['fruit 0', 'fruit 1', 'fruit 2', 'fruit 3', 'fruit 4']);
  });

  it('is accessible', async () => {
    const element = await shown(fruits(100));
    await expect(element).to.be.accessible();
    rowsOf(element)[2]?.querySelector<HTMLElement>('.grid-cell')?.click();
    await waitUntil(() => element.shadowRoot?.querySelector('.grid-detail'));
    await expect(element).to.be.accessible();
  });
});
