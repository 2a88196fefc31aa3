import { css, html, nothing, type TemplateResult } from 'lit';
import type { ConnectionSnapshot, ConnectionState } from '../transport/connection.ts';
import type { Credentials } from '../transport/credentials.ts';

/** What a login form shows and does. */
export interface LoginFormOptions {
  readonly connection: ConnectionSnapshot;
  readonly login: (credentials: Credentials) => void;
  /** Puts the cursor into the first field when the form appears. */
  readonly autofocus?: boolean;
}

/**
 * Whether a place for a login form shows it. From the question on the form stays until its answer is known: a new attempt
 * passes through other states, and a form that goes and comes back loses its fields and the focus.
 *
 * @param state the connection's state now
 * @param shown whether the form was shown before
 */
export function showsLoginForm(state: ConnectionState, shown: boolean): boolean {
  return state === 'login-required' || (shown && (state === 'connecting' || state === 'reconnecting'));
}

/** Puts the cursor into the first field that is still to be filled in, for a form that its user has asked for. */
export function focusLoginForm(root: ParentNode): void {
  const fields = [...root.querySelectorAll<HTMLInputElement>('.login input')];
  (fields.find(({ value }) => value === '') ?? fields.at(-1))?.focus();
}

/**
 * User and password, handed to the connection and kept nowhere else. While a login is under way its button is not
 * `disabled`: that would take the focus from whoever has just pressed it.
 */
export function renderLoginForm({ connection, login, autofocus = false }: LoginFormOptions): TemplateResult {
  const busy = connection.state === 'connecting' || connection.state === 'reconnecting';
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget;
    if (busy || !(form instanceof HTMLFormElement)) return;
    const fields = new FormData(form);
    login({ user: text(fields.get('user')), password: text(fields.get('password')) });
  };
  return html`<form class="login" part="login" @submit=${submit}>
    <p class="login-title">Log in to NATS</p>
    ${connection.error ? html`<p class="login-error" role="alert">${connection.error.message}</p>` : nothing}
    <label
      >User<input
        name="user"
        autocomplete="username"
        autocapitalize="none"
        spellcheck="false"
        required
        .value=${connection.user ?? ''}
        ?autofocus=${autofocus}
    /></label>
    <label>Password<input name="password" type="password" autocomplete="current-password" required /></label>
    <button class="primary" aria-disabled=${busy}>${busy ? 'Logging in …' : 'Log in'}</button>
  </form>`;
}

function text(value: FormDataEntryValue | null): string {
  return typeof value === 'string' ? value : '';
}

export const loginForm = css`
  .login {
    display: grid;
    gap: 10px;
    width: min(100%, 320px);
    margin: 0;
  }

  .login p {
    margin: 0;
  }

  .login-title {
    font-weight: 650;
  }

  .login-error {
    border-radius: 6px;
    padding: 8px 10px;
    background: var(--_bad-surface);
    color: var(--_bad);
    overflow-wrap: anywhere;
  }

  .login label {
    display: grid;
    gap: 3px;
    color: var(--_text-quiet);
    font-size: 0.92em;
  }

  .login button.primary[aria-disabled='true'] {
    background: var(--_surface-raised);
    color: var(--_text-quiet);
    cursor: default;
  }

  .login input {
    width: 100%;
    color: var(--_text);
    font-size: 1rem;
  }
`;
