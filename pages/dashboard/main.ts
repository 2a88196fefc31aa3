import '../../components/all.ts';
import { safeText } from '../../protocol/decode.ts';
import { loadConfig, type PageConfig } from './config.ts';
import { untilDone } from './problem.ts';
import { initThemeSwitch } from './theme.ts';

/** The page's own markup: an element that is not there is a fault of the build. */
function byId<E extends HTMLElement>(id: string, type: new () => E): E {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`index.html has no ${type.name} with the id ${id}`);
  return element;
}

function nameThePage({ title, domain }: PageConfig): void {
  const name = safeText(title.trim(), 80) || 'nunect';
  byId('title', HTMLElement).textContent = name;
  const place = byId('domain', HTMLElement);
  place.textContent = safeText(domain.trim(), 253);
  place.hidden = place.textContent === '';
  document.title = place.textContent === '' ? name : `${name} · ${place.textContent}`;
}

/** Puts the elements in place, with their connection's settings from the beginning. */
function showElements({ servers, inboxPrefix, login }: PageConfig): void {
  // imported, they are upgraded at once; in the page they would connect before they know where to
  const content = document.importNode(byId('elements', HTMLTemplateElement).content, true);
  const provider = content.querySelector('nunect-nats');
  const connection = document.querySelector('nunect-connection');
  if (!provider || !connection) throw new Error('index.html has no <nunect-nats> or no <nunect-connection>');
  provider.servers = servers.join(' ');
  provider.inboxPrefix = inboxPrefix;
  provider.credentials = login;
  let used = false;
  provider.addEventListener('nunect-connection-change', ({ target }) => {
    if (target !== provider) return;
    const { state } = provider.activeConnection.snapshot;
    used ||= state === 'connected';
    // before the first login there is the form alone; what was live once stays on show, stale, below it
    if (used) delete provider.dataset['locked'];
    else if (state === 'login-required') provider.dataset['locked'] = '';
    connection.hidden = 'locked' in provider.dataset;
  });
  connection.connection = provider.activeConnection;
  connection.hidden = false;
  byId('main', HTMLElement).append(content);
}

initThemeSwitch(byId('theme', HTMLElement));
const config = await untilDone(byId('problem', HTMLElement), 'The dashboard cannot start yet', loadConfig);
nameThePage(config);
showElements(config);
