import { safeText } from '../../protocol/decode.ts';
import type { PageConfig, PageSystem } from './config.ts';
import { routeTo, writeRoute, type Route } from './route.ts';
import { VIEWS } from './views.ts';

/** The links to the views, with the system of the present address. */
export function showNavigation(list: HTMLElement, route: Route): void {
  if (list.childElementCount === 0) {
    list.append(
      ...VIEWS.map(({ title, letter }, index) => {
        const link = document.createElement('a');
        link.textContent = title;
        link.title = `${index + 1}, or g ${letter}`;
        const item = document.createElement('li');
        item.append(link);
        return item;
      }),
    );
  }
  for (const [index, link] of [...list.querySelectorAll('a')].entries()) {
    const view = VIEWS[index] ?? VIEWS[0];
    link.href = writeRoute(routeTo(route, view.id));
    const current = view.id === route.view.id;
    if (!current) link.removeAttribute('aria-current');
    else if (!link.hasAttribute('aria-current')) {
      link.setAttribute('aria-current', 'page');
      // on a narrow screen it may be out of sight; the page itself does not move
      list.scrollTo({ left: link.offsetLeft - (list.clientWidth - link.offsetWidth) / 2 });
    }
  }
}

/** The systems to switch between, and the ways to them; nothing to see where there is no choice. */
export class SystemSwitch {
  readonly #select: HTMLSelectElement;

  /** @param choose told the name, and whether HTTP monitoring is wanted */
  constructor(label: HTMLElement, { systems }: PageConfig, choose: (system: string, overHttp: boolean) => void) {
    const select = label.querySelector('select');
    if (!select) throw new Error('index.html has no <select> for systems');
    this.#select = select;
    const options = systems.flatMap(({ name, title, monitoring }) => [
      new Option(safeText(title, 80), name),
      ...(monitoring === null ? [] : [new Option(`${safeText(title, 80)} · one server, over HTTP`, `${name} http`)]),
    ]);
    select.replaceChildren(...options);
    label.hidden = options.length < 2;
    select.addEventListener('change', () => {
      const [system = '', via] = select.value.split(' ');
      choose(system, via === 'http');
    });
  }

  show({ name }: PageSystem, overHttp: boolean): void {
    this.#select.value = overHttp ? `${name} http` : name;
  }
}
