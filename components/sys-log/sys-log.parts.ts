/** What the log loads when there is a connection to listen on. */
export { SysLogPanel } from './sys-log.panel.ts';
export { serverEventFeed } from './sys-log.source.ts';
