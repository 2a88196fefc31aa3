/** The element under test, on a connection that its page hands over. */
import { connect } from 'nats.ws';
import '../../components/connz/nunect-connz.ts';
import { pageSettings, type PageSettings } from './connections-page.ts';

export async function startElement({ servers, user, pass, sort = '' }: PageSettings): Promise<void> {
  const nats = await connect({ servers, user, pass });
  const element = document.createElement('nunect-connz');
  element.sort = sort;
  element.connection = nats;
  document.body.append(element);
}

await startElement(pageSettings());
