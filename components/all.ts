/** Every element of the kit. */
export * from './connection/nunect-connection.ts';
export * from './nats/nunect-nats.ts';
export * from './varz/nunect-varz.ts';
