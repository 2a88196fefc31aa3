import { html, nothing, type TemplateResult } from 'lit';
import { safeText } from '../../protocol/decode.ts';
import type { ConnSubscription } from '../../protocol/server/connz.ts';
import { age } from '../core/element/age.ts';
import {
  formatAge,
  formatBytes,
  formatCount,
  formatDateTime,
  formatMicroseconds,
  formatPerSecond,
  UNKNOWN,
} from '../core/element/format.ts';
import type { ConnRow } from '../core/sources/connections.ts';
import { addressOf, clientOf, typeOf } from './connz.model.ts';

type Pair = readonly [term: string, value: unknown, title?: string];

/** All that is known of a connection but its subscriptions. */
export function renderConnection(row: ConnRow, isMissing: boolean): TemplateResult {
  const { info, server } = row;
  return html`
    <p class="reading">
      ${
        row.readAt === null
          ? 'It has just come: its figures are not known yet.'
          : html`Read ${age(row.readAt)} ago${isMissing ? '; its server does not answer' : ''}.`
      }
    </p>
    ${info.stop === null ? pairs('Now', rates(row)) : pairs('End', ending(row))}
    ${pairs('Who', [
      ['Name', known(info.name)],
      ['Account', known(info.account)],
      ['User', known(info.user)],
      ['Name tag', info.nameTag === null ? null : known(info.nameTag), 'The user’s name in its JWT, or its account’s'],
      ['Issuer', info.issuerKey === null ? null : known(info.issuerKey), 'Public key that signed the user’s JWT'],
      ['Tags', info.tags === null ? null : known(info.tags.join(', '))],
      ['MQTT client', info.mqttClient === null ? null : known(info.mqttClient)],
    ])}
    ${pairs('Where', [
      ['Server', known(server.name)],
      ['CID', String(info.cid), 'Unique on its server only'],
      ['Address', known(addressOf(info))],
      ['Trusted proxy', info.proxyKey === null ? null : known(info.proxyKey)],
      ['Type', known(typeOf(info))],
      ['Client', known(clientOf(info))],
      ['TLS', info.tlsVersion === null ? 'none, as far as the server says' : known(tlsOf(row))],
      ...(info.tlsPeerCerts ?? []).map((each): Pair => ['Certificate', known(each.subject ?? each.certSha256)]),
    ])}
    ${pairs('Since it connected', [
      ['Messages in', formatCount(info.inMsgs)],
      ['Messages out', formatCount(info.outMsgs)],
      ['Bytes in', formatBytes(info.inBytes)],
      ['Bytes out', formatBytes(info.outBytes)],
      [
        'Held up',
        info.stalls === null ? null : formatCount(info.stalls),
        'As a producer whose consumers were too slow',
      ],
      ['Subscriptions', formatCount(info.subscriptions)],
      ['Connected', formatDateTime(info.start)],
      ['Up for', formatAge(info.uptimeS === null ? null : info.uptimeS * 1_000)],
      ['Last activity', formatDateTime(info.lastActivity)],
    ])}
  `;
}

function rates({ info, rates: now }: ConnRow): Pair[] {
  const mean = now === null ? 'Not known until it was read twice' : `Mean over ${formatAge(now.overS * 1_000)}`;
  return [
    ['Messages in', formatPerSecond(now?.inMsgs), mean],
    ['Messages out', formatPerSecond(now?.outMsgs), mean],
    ['Data in', formatPerSecond(now?.inBytes, formatBytes), mean],
    ['Data out', formatPerSecond(now?.outBytes, formatBytes), mean],
    ['Pending', formatBytes(info.pendingBytes), 'Bytes that wait to be sent to it'],
    ['Idle', formatAge(info.idleS === null ? null : info.idleS * 1_000)],
    ['RTT', html`${formatMicroseconds(info.rttUs)} <small>at the server’s last ping, up to an hour ago</small>`],
  ];
}

function ending({ info }: ConnRow): Pair[] {
  return [
    ['Ended', formatDateTime(info.stop)],
    ['Reason', known(info.reason)],
    ['Pending then', info.pendingBytes === null ? null : formatBytes(info.pendingBytes)],
    ['RTT', formatMicroseconds(info.rttUs), 'As the server last measured it'],
  ];
}

function tlsOf({ info }: ConnRow): string {
  return [info.tlsVersion, info.tlsCipherSuite, info.tlsFirst === true ? 'handshake first' : null]
    .filter(Boolean)
    .join(', ');
}

function pairs(heading: string, all: readonly Pair[]): TemplateResult {
  return html`<h4>${heading}</h4>
    <dl class="grid-pairs">
      ${all
        .filter(([, value]) => value !== null)
        .map(
          ([term, value, title]) =>
            html`<div title=${title ?? nothing}>
              <dt>${term}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
    </dl>`;
}

const known = (text: string | null): string => (text ? safeText(text, 512) : UNKNOWN);

/** A list longer than this is for the raw JSON. */
const MOST_SHOWN = 500;

export function renderSubscriptions(list: readonly ConnSubscription[] | null): TemplateResult {
  if (list === null) return html`<p>The server knows this connection no more.</p>`;
  if (list.length === 0) return html`<p>It has none.</p>`;
  const shown = list.slice(0, MOST_SHOWN);
  return html`<ul class="subscriptions">
      ${shown.map(
        (each) =>
          html`<li>
            <code>${safeText(each.subject, 256)}</code>
            <span
              >${each.queue === null ? nothing : html`queue ${safeText(each.queue, 64)} · `}${
                each.msgs === null ? 'messages not known' : `${formatCount(each.msgs)} messages`
              }${each.max === null ? nothing : html` of at most ${formatCount(each.max)}`}</span
            >
          </li>`,
      )}
    </ul>
    ${
      shown.length < list.length ? html`<p>${formatCount(list.length - shown.length)} more are not shown.</p>` : nothing
    }`;
}
