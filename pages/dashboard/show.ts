import type { NunectConnection } from '../../components/connection/nunect-connection.ts';
import type { NunectNats } from '../../components/nats/nunect-nats.ts';
import { NunectProblems, type ProblemKind } from '../../components/problems/nunect-problems.ts';
import type { PageConfig, PageSystem } from './config.ts';
import { applyView, changedView, routeTo, sameView, writeRoute, type Route } from './route.ts';
import type { View } from './views.ts';

/** Where a kind of problem is told in full: view, and the element there that is filtered by its name. */
const PLACES: Readonly<Record<ProblemKind, readonly [view: string, tag: string]>> = {
  'server-missing': ['servers', 'nunect-servers'],
  'server-unhealthy': ['servers', 'nunect-healthz'],
  'slow-consumers': ['servers', 'nunect-servers'],
  'no-leader': ['jetstream', 'nunect-jsz'],
  'unit-late': ['units', ''],
  'unit-status': ['units', ''],
  clock: ['units', ''],
};

interface Shown {
  readonly provider: NunectNats;
  readonly place: HTMLElement;
  readonly key: string;
}

/** Puts what a route says into the page: a connection to its system, and below it the elements of its view, no others. */
export class Stage {
  readonly #main: HTMLElement;
  readonly #connection: NunectConnection;
  readonly #config: PageConfig;
  readonly #viewChanged: (route: Route) => void;
  #shown: Shown | null = null;
  #route: Route | null = null;

  /** @param viewChanged told when somebody filters or sorts: for the address */
  constructor(
    main: HTMLElement,
    connection: NunectConnection,
    config: PageConfig,
    viewChanged: (route: Route) => void,
  ) {
    this.#main = main;
    this.#connection = connection;
    this.#config = config;
    this.#viewChanged = viewChanged;
  }

  /** The elements on show. */
  get elements(): readonly HTMLElement[] {
    return [...(this.#shown?.place.querySelectorAll<HTMLElement>('.grid > *') ?? [])];
  }

  show(route: Route, system: PageSystem): void {
    const key = `${system.name} ${route.overHttp}`;
    if (this.#shown?.key !== key) {
      this.#shown?.provider.remove();
      this.#shown = this.#connect(system, route.overHttp, key);
    }
    const before = this.#route;
    this.#route = route;
    const { place } = this.#shown;
    if (place.dataset['view'] !== route.view.id) this.#fill(place, route.view);
    for (const each of this.elements) {
      if (each instanceof NunectProblems) each.linkOf = (kind, name) => this.#linkOf(kind, name);
      const wanted = route.elements.get(each.localName) ?? {};
      // what somebody has typed stays where the address says nothing else
      if (before?.view === route.view && sameView(before.elements.get(each.localName) ?? {}, wanted)) continue;
      const usual = route.view.elements.find(({ tag }) => tag === each.localName)?.attributes ?? {};
      applyView(each, wanted, usual);
    }
  }

  #connect(system: PageSystem, overHttp: boolean, key: string): Shown {
    const provider = document.createElement('nunect-nats');
    provider.loginForm = true;
    if (overHttp && system.monitoring !== null) provider.monitoring = system.monitoring;
    else provider.servers = system.servers.join(' ');
    provider.inboxPrefix = system.inboxPrefix;
    provider.credentials = system.own ? this.#config.login : null;
    const place = document.createElement('div');
    place.className = 'view';
    provider.append(place);
    let used = false;
    provider.addEventListener('nunect-connection-change', ({ target }) => {
      if (target !== provider) return;
      const { state } = provider.activeConnection.snapshot;
      used ||= state === 'connected';
      // before the first login there is the form alone; what was live once stays on show, stale, below it
      if (used) delete provider.dataset['locked'];
      else if (state === 'login-required') provider.dataset['locked'] = '';
      this.#connection.connection = provider.activeConnection;
      this.#connection.hidden = 'locked' in provider.dataset;
    });
    this.#main.append(provider);
    this.#connection.connection = provider.activeConnection;
    this.#connection.hidden = false;
    return { provider, place, key };
  }

  #fill(place: HTMLElement, view: View): void {
    place.dataset['view'] = view.id;
    const head = document.createElement('header');
    head.className = 'view-head';
    const heading = document.createElement('h2');
    heading.id = 'view-title';
    heading.tabIndex = -1;
    heading.textContent = view.title;
    const about = document.createElement('p');
    about.textContent = view.about;
    head.append(heading, about);
    if (view.configuration) head.append(configurationNote());
    const grid = document.createElement('div');
    grid.className = 'grid';
    for (const { tag, attributes = {} } of view.elements) {
      const element = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      element.addEventListener('nunect-view-change', (event) => {
        if (event instanceof CustomEvent) this.#changed(tag, event.detail as Record<string, unknown>);
      });
      grid.append(element);
    }
    place.replaceChildren(head, grid);
  }

  #changed(tag: string, change: Readonly<Record<string, unknown>>): void {
    if (this.#route === null) return;
    const view = changedView(this.#route.elements.get(tag) ?? {}, change);
    const elements = new Map(this.#route.elements).set(tag, view);
    this.#route = { ...this.#route, elements };
    this.#viewChanged(this.#route);
  }

  #linkOf(kind: ProblemKind, name: string | null): string | null {
    if (this.#route === null) return null;
    const [view, tag] = PLACES[kind];
    return writeRoute(routeTo(this.#route, view, tag, tag === '' || name === null ? '' : name));
  }
}

/** This page only looks; where it shows configuration it says where that is made. */
function configurationNote(): HTMLElement {
  const note = document.createElement('p');
  note.className = 'note';
  const link = document.createElement('a');
  link.href = '/configuration.txt';
  link.textContent = 'How configuration is changed';
  note.append(
    'Monitoring is read-only, over NATS and over HTTP: a change is an edit of the server’s configuration file and a reload. ',
    link,
  );
  return note;
}
