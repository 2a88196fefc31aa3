/** Logs in with a credentials file. Apart, because signing is a quarter of the client: loaded only for such a login. */
export { credsAuthenticator } from 'nats.ws';
