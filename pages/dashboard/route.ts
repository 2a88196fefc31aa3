import { VIEWS, type View } from './views.ts';

/** Attributes of elements that a person changes by looking around, and that an address keeps. */
const KEPT = ['filter', 'sort', 'view', 'minutes', 'state', 'hide', 'levels', 'unit', 'component'] as const;
/** Those of them whose empty attribute is the element's own choice. */
const EMPTIED: readonly string[] = ['filter', 'sort', 'levels', 'unit', 'component'];

/** Those of one element that are not the element's own. */
export type ElementView = Readonly<Partial<Record<(typeof KEPT)[number], string>>>;

/** An element's view after a change that names some of it. `null`, and an empty text but for `hide`, is the element's own. */
export function changedView(before: ElementView, change: Readonly<Record<string, unknown>>): ElementView {
  const view: Record<string, string> = { ...before };
  for (const name of KEPT) {
    if (!(name in change)) continue;
    const value = change[name];
    const text = typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, LONGEST) : null;
    // hiding nothing is something else than hiding what is hidden by default
    if (text === null || (text === '' && name !== 'hide')) delete view[name];
    else view[name] = text;
  }
  return view;
}

/** Puts the view into the element; what it does not name becomes the element's own, or what the page has given it. */
export function applyView(element: HTMLElement, view: ElementView, usual: Readonly<Record<string, string>>): void {
  for (const name of KEPT) {
    const value = view[name] ?? usual[name];
    if (value !== undefined) element.setAttribute(name, value);
    else if (element.hasAttribute(name)) element.removeAttribute(name);
    // an element that a person has filtered has a property, and no attribute to take away
    else if (name in element && EMPTIED.includes(name)) element.setAttribute(name, '');
  }
}

export function sameView(a: ElementView, b: ElementView): boolean {
  return KEPT.every((name) => a[name] === b[name]);
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
  const elements = view.elements.map(({ tag }): [string, ElementView] => {
    const said = KEPT.map((name) => [name, parameters.get(`${shortName(tag)}.${name}`)]);
    return [tag, changedView({}, Object.fromEntries(said) as Record<string, unknown>)];
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
  for (const [tag, kept] of elements)
    for (const [name, value] of Object.entries(kept)) parameters.set(`${shortName(tag)}.${name}`, value);
  const search = parameters.toString();
  return `#/${view.id}${search === '' ? '' : `?${search}`}`;
}

/** Another view of the same system, with the filter of one of its elements where there is one to set. */
export function routeTo(from: Route, id: string, tag = '', filter = ''): Route {
  const view = VIEWS.find((each) => each.id === id) ?? VIEWS[0];
  const elements = new Map(filter === '' ? [] : [[tag, { filter }]]);
  return { view, system: from.system, overHttp: from.overHttp, elements };
}

/** `nunect-connz` → `connz`. */
function shortName(tag: string): string {
  return tag.replace(/^nunect-/, '');
}
