import { headers, type NatsConnection } from '@nats-io/transport-node';
import type { TestClient } from '../../rigs/nats-clients.ts';

/** Publishes with headers, which a plain test client does not. The program connects by TCP. */
export function publish(
  client: TestClient,
  subject: string,
  body: object | string | Uint8Array,
  head: Readonly<Record<string, string>> = {},
): void {
  const connection = client.connection as NatsConnection;
  const list = headers();
  for (const [name, value] of Object.entries(head)) list.set(name, value);
  const payload = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  connection.publish(subject, payload, Object.keys(head).length > 0 ? { headers: list } : undefined);
}

/**
 * What a guardian of another make sends: only the fields that the contract marks • (written out here from the contract, not
 * made by this project's encoders).
 */
export class ForeignGuardian {
  readonly #client: TestClient;
  readonly #unit: string;
  #sequence = 0;

  constructor(client: TestClient, unit: string) {
    this.#client = client;
    this.#unit = unit;
  }

  /** One round: heartbeat, round trips, clock. */
  async send(): Promise<void> {
    const unit = this.#unit;
    const sequence = ++this.#sequence;
    const ts = Date.now();
    publish(
      this.#client,
      `ops.heartbeat.${unit}`,
      { status: 'healthy', sequence, ts },
      {
        'X-Unit-ID': unit,
        'X-Sequence': String(sequence),
        'X-Timestamp': String(ts),
        'X-Native-RTT': '123.4µs',
        'X-App-RTT': '1.234ms',
        'X-Clock-Source': 'ptp',
        'X-Clock-Quality': 'locked',
      },
    );
    publish(this.#client, `ops.metric.rtt.${unit}`, {
      ts,
      unit_id: unit,
      seq: sequence,
      native_rtt_us: 123,
      app_rtt_us: 1234,
    });
    publish(this.#client, `ops.metric.time.${unit}`, {
      ts,
      unit_id: unit,
      seq: sequence,
      ptp_enabled: true,
      ptp_master: '001122.fffe.334455',
      ptp_offset_ns: 87,
      ptp_path_delay_ns: 1_250,
      ptp_stratum: 1,
      ptp_state: 'SLAVE',
      ntp_enabled: false,
      ntp_offset_ms: 0,
      ntp_stratum: 0,
      ntp_servers: [],
      ntp_current_server: '',
      ntp_sync_log: [],
      active_source: 'ptp',
      clock_quality: 'locked',
    });
    await this.#client.flush();
  }
}
