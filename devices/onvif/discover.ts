import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { AppError, messageOf } from '#lib/app-error.ts';
import { pause, systemClock, type Clock } from '#lib/clock.ts';
import { DISCOVERY_GROUP, DISCOVERY_PORT, probeMessage, readMatches, type Match } from './ws-discovery.ts';

export interface DiscoverCamerasRequest {
  /** IPv4 address of the local interface to search on; 127.0.0.1 finds cameras on this machine. */
  interfaceAddress: string;
  /** How long answers are collected, ms. Cameras wait up to 500 ms before they answer. */
  waitMs: number;
  signal: AbortSignal;
  clock?: Clock;
}

/** More cameras than this on one link are an attack or a loop. */
const MATCH_LIMIT = 1000;
/** UDP loses datagrams: SOAP-over-UDP (appendix I) repeats a multicast once, and so do we. */
const REPEAT_AFTER_MS = 150;

/**
 * Finds ONVIF cameras on one link by WS-Discovery, each once. Throws AppError DISCOVERY_FAILED where the address is not
 * one of this machine or the network refuses the probe. Ends early, with what was found, when the signal is aborted.
 *
 * The socket is ours because npm onvif's Discovery takes the name of an interface and not its address, leaves the way
 * out of the multicast to the routing table (on loopback there is none), reports a garbled answer as an 'error' event of
 * a singleton, which ends the process, and takes one match an answer, with numbers made of what looks like one. It
 * exports neither its probe nor its reader, so both are in ws-discovery.ts.
 */
export async function discoverCameras(request: DiscoverCamerasRequest): Promise<Match[]> {
  const { interfaceAddress, waitMs, signal, clock = systemClock } = request;
  const found = new Map<string, Match>();
  const socket = createSocket('udp4');
  try {
    await openOn(socket, interfaceAddress);
    const broken = new AbortController();
    let fault: Error | null = null;
    socket.on('error', (error) => {
      fault = error;
      broken.abort();
    });
    socket.on('message', (datagram, sender) => {
      if (found.size >= MATCH_LIMIT) return;
      for (const match of readMatches(datagram.toString('utf8'), sender.address)) {
        if (!found.has(match.endpoint)) found.set(match.endpoint, match);
      }
    });
    const probe = Buffer.from(probeMessage(randomUUID()));
    const send = () =>
      socket.send(probe, DISCOVERY_PORT, DISCOVERY_GROUP, (error) => error && socket.emit('error', error));
    send();
    const stopRepeat = clock.after(REPEAT_AFTER_MS, send);
    await pause(clock, waitMs, AbortSignal.any([signal, broken.signal]));
    stopRepeat();
    if (fault) throw new AppError('DISCOVERY_FAILED', messageOf(fault), { cause: fault });
  } finally {
    socket.close();
  }
  return [...found.values()];
}

/** Binds to the interface's address, so that answers come there, and names it for the way out of the multicast. */
async function openOn(socket: Socket, address: string): Promise<void> {
  try {
    socket.bind({ address, port: 0 });
    await once(socket, 'listening');
    socket.setMulticastInterface(address);
    // WS-Discovery stays on the link
    socket.setMulticastTTL(1);
  } catch (error) {
    const own = Object.values(networkInterfaces()).flatMap(
      (list) => list?.filter(({ family }) => family === 'IPv4') ?? [],
    );
    const choices = own.map((entry) => entry.address).join(', ');
    throw new AppError('DISCOVERY_FAILED', `${messageOf(error)}; addresses of this machine: ${choices}`, {
      cause: error,
    });
  }
}
