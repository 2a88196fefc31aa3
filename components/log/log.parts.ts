/** What the log loads when there is a connection to listen on. */
export { OpsLogPanel } from './log.panel.ts';
export { logFeed } from './log.source.ts';
