/** An NTP server that says what it is told to: how a clock is given a true offset without being touched. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { WallClock } from '../../guardian-node/wall-clock.ts';

export class FakeNtpServer {
  /** Ahead of this machine's clock, seconds. */
  offsetS = 0;
  stratum = 1;
  /** Leap indicator: 3 is "not synchronised". */
  leap = 0;
  rootDelayS = 0;
  rootDispersionS = 0;
  /** Answers nothing while true. */
  silent = false;
  /** Requests that were answered. */
  answered = 0;
  readonly #clock = new WallClock();
  readonly #socket: Socket = createSocket('udp4');

  /**
   * @param address of the loopback: chronyd takes but one of two sources that have the same
   * @returns its UDP port there
   */
  async start(address = '127.0.0.1'): Promise<number> {
    this.#socket.on('message', (request, from) => {
      if (request.length < 48 || this.silent) return;
      this.#socket.send(this.#answer(request), from.port, from.address);
      this.answered++;
    });
    this.#socket.bind(0, address);
    await once(this.#socket, 'listening');
    this.#socket.unref();
    return this.#socket.address().port;
  }

  stop(): void {
    this.#socket.close();
  }

  #now(): number {
    return this.#clock.nowUs() / 1e6 + this.offsetS;
  }

  #answer(request: Buffer): Buffer {
    const received = this.#now();
    const reply = Buffer.alloc(48);
    reply[0] = (this.leap << 6) | (4 << 3) | 4;
    reply[1] = this.stratum;
    reply[2] = request[2] ?? 0;
    reply[3] = 0xec;
    reply.writeUInt32BE(Math.round(this.rootDelayS * 65_536), 4);
    reply.writeUInt32BE(Math.round(this.rootDispersionS * 65_536), 8);
    reply.write('GPS\0', 12, 'latin1');
    writeTime(reply, 16, received - 1);
    request.copy(reply, 24, 40, 48);
    writeTime(reply, 32, received);
    writeTime(reply, 40, this.#now());
    return reply;
  }
}

/** Seconds since 1970 as NTP's seconds since 1900 and fraction. */
function writeTime(packet: Buffer, at: number, seconds: number): void {
  const whole = Math.floor(seconds);
  packet.writeUInt32BE((whole + 2_208_988_800) % 2 ** 32, at);
  packet.writeUInt32BE(Math.floor((seconds - whole) * 2 ** 32), at + 4);
}
