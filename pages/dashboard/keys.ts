import { VIEWS } from './views.ts';

export interface KeyActions {
  go(view: string): void;
  /** The elements on show, whose first filter field `/` leads to. */
  elements(): readonly HTMLElement[];
}

/** The second letter of `g s` may come this late, ms. */
const CHORD_MS = 1_500;

/**
 * Keys for the whole page: `?` lists them, `g` and a letter or a digit alone lead to a view, `/` to a filter, Esc out of it.
 * They do nothing where somebody types, nor with a modifier key, and leave keys alone that an element has taken.
 */
export function initKeys(dialog: HTMLDialogElement, actions: KeyActions): void {
  fillDialog(dialog);
  let chord = -Infinity;
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const [target] = event.composedPath();
    if (dialog.open) return;
    if (target instanceof Element && takesText(target)) {
      if (event.key === 'Escape' && target instanceof HTMLElement) target.blur();
      return;
    }
    const afterG = performance.now() - chord < CHORD_MS;
    chord = -Infinity;
    const view = afterG
      ? VIEWS.find(({ letter }) => letter === event.key)
      : /^[1-9]$/.test(event.key)
        ? VIEWS[Number(event.key) - 1]
        : undefined;
    if (view) actions.go(view.id);
    else if (event.key === 'g') chord = performance.now();
    else if (event.key === '?') dialog.showModal();
    else if (event.key !== '/' || !focusFilter(actions.elements())) return;
    event.preventDefault();
  });
}

function takesText(element: Element): boolean {
  if (element instanceof HTMLInputElement) return !/^(?:button|checkbox|radio|submit)$/.test(element.type);
  return (
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLSelectElement ||
    (element instanceof HTMLElement && element.isContentEditable)
  );
}

/** The first field of the first element that has one. */
function focusFilter(elements: readonly HTMLElement[]): boolean {
  for (const element of elements) {
    const field = element.shadowRoot?.querySelector<HTMLInputElement>('input[type=search], input[type=text]');
    if (!field || field.disabled) continue;
    field.focus();
    field.select();
    return true;
  }
  return false;
}

function fillDialog(dialog: HTMLDialogElement): void {
  const list = dialog.querySelector('dl');
  if (!list) throw new Error('index.html has no list for the keys');
  const entries: [keys: readonly string[], what: string][] = [
    ...VIEWS.map(({ title, letter }, index): [string[], string] => [[`g ${letter}`, String(index + 1)], title]),
    [['/'], 'Filter'],
    [['Esc'], 'Leave the field, close'],
    [['↑ ↓ ← →', 'Home', 'End'], 'Move in a table'],
    [['Enter'], 'Sort by a heading, open a row'],
    [['?'], 'These keys'],
  ];
  list.replaceChildren(
    ...entries.map(([keys, what]) => {
      const entry = document.createElement('div');
      const term = document.createElement('dt');
      for (const [index, combination] of keys.entries()) {
        if (index > 0) term.append(' or ');
        for (const [nth, key] of combination.split(' ').entries()) {
          const box = document.createElement('kbd');
          box.textContent = key;
          term.append(...(nth > 0 ? [' ', box] : [box]));
        }
      }
      const words = document.createElement('dd');
      words.textContent = what;
      entry.append(term, words);
      return entry;
    }),
  );
  dialog.querySelector('button')?.addEventListener('click', () => dialog.close());
}
