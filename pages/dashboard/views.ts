/** What the page can show, one at a time: an element that is not shown is not in the page, where it would go on asking. */

export interface ViewElement {
  readonly tag: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

export interface View {
  /** In the page's address, after `#/`. */
  readonly id: string;
  readonly title: string;
  /** Typed after `g`. */
  readonly letter: string;
  /** What it is for, in one line. */
  readonly about: string;
  readonly elements: readonly ViewElement[];
  /** It shows how servers are configured: it says how that is changed. */
  readonly configuration?: true;
}

const element = (tag: string, attributes: Readonly<Record<string, string>> = {}): ViewElement => ({ tag, attributes });

/** In the order of the navigation and of the digits that lead to them. The first is shown where the address names none. */
export const VIEWS: readonly [View, ...View[]] = [
  {
    id: 'overview',
    title: 'Overview',
    letter: 'o',
    about: 'What is wrong, and who is there',
    elements: [element('nunect-problems'), element('nunect-units'), element('nunect-servers')],
  },
  {
    id: 'servers',
    title: 'Servers',
    letter: 's',
    about: 'Figures, health and queues of every server',
    configuration: true,
    elements: [
      element('nunect-servers'),
      element('nunect-varz', { heading: 'Figures' }),
      element('nunect-healthz'),
      element('nunect-ipqueuesz'),
    ],
  },
  {
    id: 'connections',
    title: 'Connections',
    letter: 'c',
    about: 'Who is connected, and what is subscribed to',
    elements: [element('nunect-connz'), element('nunect-subsz')],
  },
  {
    id: 'jetstream',
    title: 'JetStream',
    letter: 'j',
    about: 'Streams, consumers and the groups that hold them',
    elements: [element('nunect-jsz'), element('nunect-raftz')],
  },
  {
    id: 'accounts',
    title: 'Accounts',
    letter: 'a',
    about: 'What each account uses and may use',
    configuration: true,
    elements: [element('nunect-accountz')],
  },
  {
    id: 'topology',
    title: 'Topology',
    letter: 't',
    about: 'How servers are linked',
    elements: [
      element('nunect-topology'),
      element('nunect-routez'),
      element('nunect-gatewayz'),
      element('nunect-leafz'),
    ],
  },
  {
    id: 'events',
    title: 'Events',
    letter: 'e',
    about: 'What happens, as it happens',
    elements: [element('nunect-sys-log'), element('nunect-log'), element('nunect-subject')],
  },
  {
    id: 'units',
    title: 'Units',
    letter: 'u',
    about: 'Machines, their round trips and their clocks',
    elements: [
      element('nunect-rtt-chart'),
      element('nunect-time-chart'),
      element('nunect-units'),
      element('nunect-time-status'),
      element('nunect-echo'),
    ],
  },
];
