import '../../components/all.ts';
import { NunectConnection } from '../../components/connection/nunect-connection.ts';
import { safeText } from '../../protocol/decode.ts';
import { loadConfig, type PageConfig, type PageSystem } from './config.ts';
import { initKeys } from './keys.ts';
import { showNavigation, SystemSwitch } from './navigation.ts';
import { untilDone } from './problem.ts';
import { readRoute, routeTo, writeRoute, type Route } from './route.ts';
import { Stage } from './show.ts';
import { initThemeSwitch } from './theme.ts';

/** The page's own markup: an element that is not there is a fault of the build. */
function byId<E extends HTMLElement>(id: string, type: new () => E): E {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`index.html has no ${type.name} with the id ${id}`);
  return element;
}

function nameThePage({ title, domain }: PageConfig): string {
  const name = safeText(title.trim(), 80) || 'nunect';
  byId('title', HTMLElement).textContent = name;
  const place = byId('domain', HTMLElement);
  place.textContent = safeText(domain.trim(), 253);
  place.hidden = place.textContent === '';
  return place.hidden ? name : `${name} · ${place.textContent}`;
}

function start(config: PageConfig): void {
  const name = nameThePage(config);
  const main = byId('main', HTMLElement);
  const links = byId('views', HTMLElement);
  const notice = byId('notice', HTMLElement);
  let route = readRoute(location.hash);
  // in place: a filter that somebody types is no step to go back to
  const stage = new Stage(main, byId('connection', NunectConnection), config, (changed) => {
    route = changed;
    history.replaceState(null, '', writeRoute(changed));
  });
  const open = (to: Route): void => {
    location.hash = writeRoute(to);
  };
  const systems = new SystemSwitch(byId('systems', HTMLElement), config, (system, overHttp) =>
    open({ ...route, system, overHttp }),
  );
  const show = (): void => {
    const system = systemOf(config, route, notice);
    const overHttp = route.overHttp && system.monitoring !== null;
    route = { ...route, overHttp };
    stage.show(route, system);
    showNavigation(links, route);
    systems.show(system, overHttp);
    const of = config.systems.length > 1 ? ` · ${safeText(system.title, 80)}` : '';
    document.title = `${route.view.title}${of} · ${name}`;
  };
  addEventListener('hashchange', () => {
    const before = route.view;
    route = readRoute(location.hash);
    show();
    if (route.view === before) return;
    scrollTo({ top: 0 });
    // a screen reader says where one is; the keyboard goes on from there
    document.getElementById('view-title')?.focus({ preventScroll: true });
  });
  initKeys(byId('keys', HTMLDialogElement), {
    go: (view) => open(routeTo(route, view)),
    elements: () => stage.elements,
  });
  byId('keys-button', HTMLElement).addEventListener('click', () => byId('keys', HTMLDialogElement).showModal());
  // the address is the view's: the link leads to the content without a word in it
  document.querySelector('.skip')?.addEventListener('click', (event) => {
    event.preventDefault();
    main.focus();
  });
  links.closest('nav')?.removeAttribute('hidden');
  show();
}

/** The system that the address names. One that there is not is said, and the first is shown. */
function systemOf({ systems }: PageConfig, { system: name }: Route, notice: HTMLElement): PageSystem {
  const [first] = systems;
  const found = name === null ? first : systems.find((each) => each.name === name);
  const system = found ?? first;
  if (!system) throw new Error('/config.json names no system');
  notice.hidden = found !== undefined;
  notice.textContent =
    found === undefined
      ? `There is no system “${safeText(name ?? '', 60)}” here; this is ${safeText(system.title, 80)}.`
      : '';
  return system;
}

initThemeSwitch(byId('theme', HTMLElement));
start(await untilDone(byId('problem', HTMLElement), 'The dashboard cannot start yet', loadConfig));
