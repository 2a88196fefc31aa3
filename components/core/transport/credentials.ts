/** Where elements find the kinds of a login: they import no layer below the transport. */
export * from '../../../client/credentials.ts';
