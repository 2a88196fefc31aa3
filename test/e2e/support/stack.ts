import { resolve } from 'node:path';
import { projectRoot, startNunectServer, type NunectServerRig } from '../../rigs/nats-server.ts';
import { freePort } from './free-port.ts';
import { startProgram, type Program } from './program.ts';

/** What `npm start` runs, on ports of its own: a real nats-server, the built guardian and the built page server. */
export interface Stack {
  readonly nats: NunectServerRig;
  readonly guardian: Program;
  /** The dashboard, logging in by itself as on a developer's machine. */
  readonly url: string;
  /** The dashboard as another machine sees it: it asks for a login. */
  readonly loginUrl: string;
  /** This machine's name among the units. */
  readonly unit: string;
  stop(): Promise<void>;
}

export interface StackOptions {
  /** The nats-server program. */
  readonly bin?: string;
  readonly title?: string;
}

export const TITLE = 'nunect e2e';

/**
 * Starts all three and waits until each answers. Two page servers serve the same page: one hands out the viewer's login,
 * the other does not.
 */
export async function startStack({ bin, title = TITLE }: StackOptions = {}): Promise<Stack> {
  const unit = 'leaf-1';
  // 2.9 and 2.10 allow one port a host name, so the second page is opened by another name of this machine
  const [port, loginPort] = [await freePort(), await freePort()];
  const nats = await startNunectServer({
    ...(bin === undefined ? {} : { bin }),
    env: { UNIT_ID: unit, NATS_WS_ORIGINS: `http://127.0.0.1:${port},http://localhost:${loginPort}` },
  });
  const guardian = startProgram(
    resolve(projectRoot, 'dist/guardian/nunect-guardian.cjs'),
    ['run', '--profile', resolve(projectRoot, 'config/connector-profile.yaml'), '--env', '/dev/null'],
    {
      NATS_URL: nats.url,
      UNIT_ID: unit,
      NATS_GUARDIAN_USER: nats.secrets['NATS_GUARDIAN_USER'] ?? '',
      NATS_GUARDIAN_PASSWORD: nats.secrets['NATS_GUARDIAN_PASSWORD'] ?? '',
    },
  );
  const { NATS_VIEWER_USER: user = '', NATS_VIEWER_PASSWORD: password = '' } = nats.secrets;
  const page = startPageServer({ port, wsUrl: nats.wsUrl, title, login: { user, password } });
  const loginPage = startPageServer({ port: loginPort, wsUrl: nats.wsUrl, title });
  await Promise.all([page, loginPage].map((each) => each.says(/listening on /)));
  return {
    nats,
    guardian,
    url: `http://127.0.0.1:${port}/`,
    loginUrl: `http://localhost:${loginPort}/`,
    unit,
    stop: async () => {
      await Promise.all([guardian.stop(), page.stop(), loginPage.stop()]);
      await nats.stop();
    },
  };
}

export interface PageServerOptions {
  readonly port: number;
  /** Of the one system; not with `systems`. */
  readonly wsUrl?: string;
  /** A file with several systems. */
  readonly systems?: string;
  /** Handed to the page, as on a developer's machine; without it the page asks. */
  readonly login?: { readonly user: string; readonly password: string } | undefined;
  readonly title?: string;
}

/** The built page server. It has started when it {@link Program.says} `listening on`. */
export function startPageServer({ port, wsUrl, systems, login, title = TITLE }: PageServerOptions): Program {
  return startProgram(resolve(projectRoot, 'dist/server/nunect-page-server.mjs'), [], {
    NATS_MANAGER_PORT: String(port),
    NATS_MANAGER_TITLE: title,
    NATS_MANAGER_DOMAIN: 'nats.example.org',
    ...(wsUrl === undefined ? {} : { NATS_WS_URL: wsUrl }),
    ...(systems === undefined ? {} : { NATS_MANAGER_SYSTEMS: systems }),
    ...(login
      ? { NATS_MANAGER_DEV_LOGIN: 'true', NATS_VIEWER_USER: login.user, NATS_VIEWER_PASSWORD: login.password }
      : {}),
  });
}
