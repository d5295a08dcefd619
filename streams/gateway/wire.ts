import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Message } from './message.ts';

/** What a viewer needs of its WebSocket. */
export interface Wire {
  readonly bufferedAmount: number;
  send(data: string | Buffer): void;
  /** Holds the message until it has left. */
  pass(message: Message): void;
}

/**
 * A WebSocket and the connection below it. Messages go onto that as whole frames: `ws` writes head and content by themselves,
 * which makes a picture cost half as much again. It compresses nothing here, so each call of its own is whole frames too.
 */
export function wireOf(socket: WebSocket, connection: Duplex): Wire {
  return {
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    send: (data) => socket.send(data),
    pass(message) {
      if (socket.readyState === socket.OPEN) connection.write(message.frame, message.hold());
    },
  };
}
