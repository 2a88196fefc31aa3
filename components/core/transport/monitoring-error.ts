/** What went wrong with a request, in kinds that the connection acts upon. */
export class MonitoringError extends Error {
  override readonly name = 'MonitoringError';

  constructor(
    readonly kind: 'unreachable' | 'login' | 'answer',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
