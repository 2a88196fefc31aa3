/** Where elements find what the client says of errors: they import no layer below the transport. */
export * from '../../../client/errors.ts';
