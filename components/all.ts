/** Every element of the kit. */
export * from './accountz/nunect-accountz.ts';
export * from './connection/nunect-connection.ts';
export * from './connz/nunect-connz.ts';
export * from './gatewayz/nunect-gatewayz.ts';
export * from './jsz/nunect-jsz.ts';
export * from './leafz/nunect-leafz.ts';
export * from './nats/nunect-nats.ts';
export * from './problems/nunect-problems.ts';
export * from './routez/nunect-routez.ts';
export * from './rtt-chart/nunect-rtt-chart.ts';
export * from './servers/nunect-servers.ts';
export * from './subject/nunect-subject.ts';
export * from './subsz/nunect-subsz.ts';
export * from './sys-log/nunect-sys-log.ts';
export * from './time-status/nunect-time-status.ts';
export * from './units/nunect-units.ts';
export * from './varz/nunect-varz.ts';
