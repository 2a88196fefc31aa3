/** Subjects of the events that `decodeServerEvent` reads. Apart from it, so that who only needs the names loads no reader. */
export const serverEventSubjects = {
  connect: '$SYS.ACCOUNT.*.CONNECT',
  disconnect: '$SYS.ACCOUNT.*.DISCONNECT',
  authError: '$SYS.SERVER.*.CLIENT.AUTH.ERR',
  /** 2.10 and later: errors of logins that had an account. */
  accountAuthError: '$SYS.ACCOUNT.CLIENT.AUTH.ERR',
} as const;
