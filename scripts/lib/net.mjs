// What a shell cannot do alone: try a port, wait for a server to answer, read a server's figures. Used by the scripts.
//   node net.mjs free "NAME ADDRESS PORT" ...    prints "NAME ADDRESS PORT CODE" of each port that cannot be had; exit 1 if any
//   node net.mjs wait SECONDS PID URL ...        until every URL answers; exit 3 when PID ends first, 4 when the time is over
//   node net.mjs echo SECONDS PID URL UNIT       until UNIT's guardian answers a request on its echo; exit codes as wait's.
//                                                NATS_GUARDIAN_USER and NATS_GUARDIAN_PASSWORD are the login
//   node net.mjs varz URL                        "version", "uptime" and "config_load_time", a line each; exit 1 without an answer
import { createServer, connect } from 'node:net';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Why this address and port cannot be listened on; null when they can. */
function cannotListen(host, port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

async function free(list) {
  const seen = new Set();
  let taken = false;
  for (const entry of list) {
    const [name = '', host = '', text = ''] = entry.split(' ');
    const port = Number(text);
    let code;
    if (!/^\d+$/.test(text) || port < 1 || port > 65535) code = 'EINVAL';
    else if (seen.has(port)) code = 'TWICE';
    else code = await cannotListen(host, port);
    seen.add(port);
    if (code === null) continue;
    taken = true;
    console.log(name, host, text, code);
  }
  return taken ? 1 : 0;
}

/** nats: its greeting; ws and tcp: an open port; http: status 200. */
function answers(url, timeoutMs) {
  const { protocol, hostname, port } = new URL(url);
  if (protocol === 'http:' || protocol === 'https:') {
    return fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).then(
      async (reply) => {
        await reply.arrayBuffer();
        return reply.status === 200;
      },
      () => false,
    );
  }
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
    const end = (result) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(timeoutMs, () => end(false));
    socket.once('error', () => end(false));
    if (protocol === 'nats:') socket.once('data', (data) => end(data.toString('latin1').startsWith('INFO ')));
    else socket.once('connect', () => end(true));
  });
}

function alive(pid) {
  try {
    // A zombie still takes signals: on Linux its state tells.
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      return error.code === 'EPERM';
    }
  }
}

/** One request on the unit's echo, in the protocol's own words: no package is needed to ask. */
function echoes(url, unit, timeoutMs) {
  const { hostname, port } = new URL(url);
  const { NATS_GUARDIAN_USER: user, NATS_GUARDIAN_PASSWORD: pass } = process.env;
  const inbox = `_INBOX_${unit}.start${process.pid}`;
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 4222) });
    const end = (result) => {
      socket.destroy();
      resolve(result);
    };
    let heard = '';
    socket.setTimeout(timeoutMs, () => end(false));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
    socket.once('data', () => {
      const login = { user, pass, verbose: false, pedantic: false, headers: true, name: 'nunect start' };
      socket.write(
        `CONNECT ${JSON.stringify(login)}\r\nSUB ${inbox} 1\r\nPUB ops.echo.${unit} ${inbox} 5\r\nready\r\n`,
      );
    });
    socket.on('data', (data) => {
      heard = (heard + data.toString('latin1')).slice(-4096);
      // MSG, or HMSG with headers; without no_responders in CONNECT only a guardian sends one here.
      if (heard.includes(`MSG ${inbox} `)) end(true);
    });
  });
}

async function wait(seconds, pid, urls, ask = (url) => answers(url, 2000)) {
  const end = performance.now() + seconds * 1000;
  let missing = urls;
  for (;;) {
    const results = await Promise.all(missing.map(ask));
    missing = missing.filter((_, index) => !results[index]);
    // Somebody else may answer on that port: what counts is that the process lives while it answers.
    if (!alive(pid)) return 3;
    if (missing.length === 0) return 0;
    if (performance.now() > end) {
      console.log(missing.join(' '));
      return 4;
    }
    await delay(50);
  }
}

async function varz(url) {
  try {
    const reply = await fetch(`${url}/varz`, { signal: AbortSignal.timeout(2000) });
    const { version, uptime, config_load_time: loaded } = await reply.json();
    console.log([version, uptime, loaded].join('\n'));
    return 0;
  } catch {
    return 1; // the caller says what that means
  }
}

const [command, ...rest] = process.argv.slice(2);
if (command === 'free') process.exitCode = await free(rest);
else if (command === 'wait') process.exitCode = await wait(Number(rest[0]), Number(rest[1]), rest.slice(2));
else if (command === 'echo') {
  const [seconds, pid, url, unit] = rest;
  process.exitCode = await wait(Number(seconds), Number(pid), [url], () => echoes(url, unit, 500));
} else if (command === 'varz') process.exitCode = await varz(rest[0]);
else {
  console.error('net.mjs: free, wait, echo or varz');
  process.exitCode = 2;
}
