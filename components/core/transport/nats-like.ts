/** Where elements find the structural types of a client: they import no layer below the transport. */
export type * from '../../../client/nats-like.ts';
