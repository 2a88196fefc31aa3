import { createContext } from '@lit/context';
import type { Connection } from '../transport/connection.ts';

/**
 * The connection that a provider offers to everything below it. The key is a versioned string: copies of the kit from
 * different bundles share one connection.
 */
export const connectionContext = createContext<Connection>('nunect/connection@1');
