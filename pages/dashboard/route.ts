import { VIEWS, type View } from './views.ts';

/** Filter and sorting of one element; an empty text is the element's own. */
export interface ElementView {
  readonly filter: string;
  readonly sort: string;
}

/** What the page shows, as its address says. */
export interface Route {
  readonly view: View;
  /** Name of the system; null: the first. */
  readonly system: string | null;
  /** By HTTP monitoring of one server instead of NATS. */
  readonly overHttp: boolean;
  /** By tag. */
  readonly elements: ReadonlyMap<string, ElementView>;
}

const LONGEST = 500;

/**
 * Reads the part of an address after `#`: `/connections?system=plant&connz.filter=user:app&connz.sort=-rtt`. What it does not
 * know is left out, and an unknown view is the first.
 */
export function readRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?', 2);
  const id = path.replace(/^\/|\/$/g, '');
  const view = VIEWS.find((each) => each.id === id) ?? VIEWS[0];
  const parameters = new URLSearchParams(search);
  const text = (name: string): string => (parameters.get(name) ?? '').slice(0, LONGEST);
  const elements = view.elements.map(({ tag }): [string, ElementView] => {
    const name = shortName(tag);
    return [tag, { filter: text(`${name}.filter`), sort: text(`${name}.sort`) }];
  });
  return {
    view,
    system: parameters.get('system')?.slice(0, LONGEST) ?? null,
    overHttp: parameters.get('via') === 'http',
    elements: new Map(elements),
  };
}

/** The address that {@link readRoute} reads the same from. */
export function writeRoute({ view, system, overHttp, elements }: Route): string {
  const parameters = new URLSearchParams();
  if (system !== null) parameters.set('system', system);
  if (overHttp) parameters.set('via', 'http');
  for (const [tag, { filter, sort }] of elements) {
    const name = shortName(tag);
    if (filter !== '') parameters.set(`${name}.filter`, filter);
    if (sort !== '') parameters.set(`${name}.sort`, sort);
  }
  const search = parameters.toString();
  return `#/${view.id}${search === '' ? '' : `?${search}`}`;
}

/** Another view of the same system, with the filter of one of its elements where there is one to set. */
export function routeTo(from: Route, id: string, tag = '', filter = ''): Route {
  const view = VIEWS.find((each) => each.id === id) ?? VIEWS[0];
  const elements = new Map(filter === '' ? [] : [[tag, { filter, sort: '' }]]);
  return { view, system: from.system, overHttp: from.overHttp, elements };
}

/** `nunect-connz` → `connz`. */
function shortName(tag: string): string {
  return tag.replace(/^nunect-/, '');
}
