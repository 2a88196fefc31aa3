/** Who is told what the guardian does: what shows it on this machine, and the service manager. */
import type { Published } from './publisher.ts';

export interface Listener {
  /** Something was measured and given to NATS. */
  heard(published: Published): void;
  /** The connection stands, for the first time or again. */
  connected(server: string): void;
  /** The connection fell; what was measured on it is no statement about the next. */
  fell(): void;
}
