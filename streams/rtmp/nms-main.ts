/**
 * The RTMP server as a process of its own, started by `server-process.ts`: node-media-server behind a guard. Whatever it
 * dies of, and it dies easily, ends no other part of Hallwatch.
 */
import { rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import NodeMediaServer from 'node-media-server';
import Context from 'node-media-server/src/core/context.js';
import { systemClock as clock } from '#lib/clock.ts';
import { ALIVE_EVERY_MS, EXIT, type Order, type Report } from './messages.ts';
import { Publishers } from './publishers.ts';

/** node-media-server holds what it cannot send, without a bound. */
const MAX_MEMORY_BYTES = 768 * 1024 * 1024;
const MAX_CONNECTIONS = 500;
/** To connect and say what one publishes; and the longest silence of an encoder. */
const PATIENCE_MS = 10_000;
/** A handshake and some commands are 4 KiB; whoever may publish says so within this. */
const MAX_UNPROVEN_BYTES = 64 * 1024;
/** The first byte of a connection (RTMP 1.0, 5.2.2). */
const RTMP_VERSION = 3;

const report = (words: Report) => void process.send?.(words);

// The pipe to Hallwatch is closed when that ends, however it ends; nobody else is left to tidy up.
process.on('disconnect', () => {
  if (folder !== null) rmSync(folder, { recursive: true, force: true });
  process.exit();
});

process.on('message', (order: Order) => {
  if (order.type === 'begin') begin(order);
  else publishers?.setKeys(order.keys);
});

let publishers: Publishers | null = null;
let folder: string | null = null;

function begin({ host, port, socketPath, secret }: Extract<Order, { type: 'begin' }>): void {
  folder = dirname(socketPath);
  const who = (publishers = new Publishers({ secret, clock, report }));
  // Its HTTP side listens on a Unix socket in a folder that only we may enter: nobody else reaches what kills it.
  const nms = new NodeMediaServer({
    bind: '127.0.0.1',
    http: { port: socketPath },
    rtmp: { port },
    auth: { play: true, publish: true, secret },
    webadmin: { enable: false },
  });
  nms.on('prePublish', (session) => who.ask(session));
  nms.on('prePlay', (session) => {
    if (session.protocol === 'rtmp') who.refuse(session, 'play');
  });
  const { tcpServer } = nms.rtmpServer;
  tcpServer.maxConnections = MAX_CONNECTIONS;
  tcpServer.on('connection', (socket) => guard(socket, who));
  // Ours is the first to hear it, before node-media-server ends the process with code 1.
  tcpServer.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') process.exit(EXIT.portTaken);
    if (error.code === 'EACCES') process.exit(EXIT.portForbidden);
    if (error.code === 'EADDRNOTAVAIL') process.exit(EXIT.notOurAddress);
  });
  tcpServer.on('listening', () => report({ type: 'listening' }));
  // Not `run()`, which also opens a store, a recorder and relays in the current folder. Both listen on `bind`.
  nms.httpServer.run();
  nms.httpServer.httpServer.once('listening', () => {
    Context.config['bind'] = host;
    nms.rtmpServer.run();
  });
  clock.every(ALIVE_EVERY_MS, () => {
    if (process.memoryUsage.rss() > MAX_MEMORY_BYTES) process.exit(EXIT.tooMuchMemory);
    report({ type: 'alive' });
  });
}

/**
 * Keeps one connection from harming the others. node-media-server throws at garbage, which would end the process; takes
 * packets from whoever named a stream, allowed or not; and lets one connection go on to a second stream.
 */
function guard(socket: Socket, who: Publishers): void {
  const session = [...Context.sessions.values()].findLast((each) => each.socket === socket);
  const [read] = socket.listeners('data') as ((bytes: Buffer) => void)[];
  if (!session?.rtmp || !read) return void socket.destroy();
  const onConnect = session.rtmp.onConnectCallback;
  const onPacket = session.rtmp.onPacketCallback;
  session.rtmp.onConnectCallback = (request) => {
    if (session.streamPath !== '') throw new Error('a second stream on one connection');
    onConnect(request);
  };
  session.rtmp.onPacketCallback = (packet) => {
    if (!who.isPublisher(session)) throw new Error('media without leave to publish');
    onPacket(packet);
  };
  socket.removeListener('data', read);
  let unproven = 0;
  socket.on('data', (bytes: Buffer) => {
    if (socket.destroyed) return;
    who.heard(session);
    try {
      if (unproven === 0 && bytes[0] !== RTMP_VERSION) throw new Error('no RTMP');
      unproven += bytes.length;
      read(bytes);
      if (unproven > MAX_UNPROVEN_BYTES && !who.isPublisher(session))
        throw new Error('much said and nothing published');
    } catch {
      const known = who.isPublisher(session) || socket.writableEnded;
      socket.destroy();
      if (!known) report({ type: 'refused', why: 'malformed', from: session.ip });
    }
  });
  socket.setTimeout(PATIENCE_MS, () => socket.destroy());
  const cancel = clock.after(PATIENCE_MS, () => {
    if (!who.isPublisher(session)) socket.destroy();
  });
  socket.on('close', () => {
    cancel();
    who.left(session);
  });
}
