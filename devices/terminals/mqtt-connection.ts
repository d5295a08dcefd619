import mqtt, { type IClientOptions, type IConnackPacket, type MqttClient } from 'mqtt';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { AppError, messageOf } from '#lib/app-error.ts';

export interface PublishOptions {
  qos: 0 | 1;
  retain: boolean;
  /** Where the connection speaks MQTT 5: after so many seconds a broker hands it to nobody any more. */
  expirySec?: number;
  /** Where the connection speaks MQTT 5: where an answer belongs. */
  responseTopic?: string;
}

/** The whole packet, in MQTT 3.1.1 section 3.14 and, with the reason code left out, in MQTT 5. */
const DISCONNECT = Buffer.from([0xe0, 0x00]);

/** CONNACK codes that mean wrong user, wrong password or not allowed: 4 and 5 in MQTT 3.1.1, the others in MQTT 5. */
const refusals = new Set([4, 5, 134, 135, 138, 140]);

/**
 * One MQTT connection, from CONNECT to the end of its socket. It never reconnects: its owner opens the next one, so that
 * nothing of an old session (packet ids, half-sent messages) can leak into a new one.
 */
export class MqttConnection {
  readonly client: MqttClient;
  /** The socket; a PUBACK may only travel back on the connection its message came by. */
  readonly stream: Duplex;
  /** Resolves with the CONNACK. Rejects with BROKER_REFUSED or BROKER_UNREACHABLE. */
  readonly opened: Promise<IConnackPacket>;
  /** Resolves when the socket is closed, for whatever reason. Never rejects. */
  readonly closed: Promise<void>;

  constructor(url: string, options: IClientOptions) {
    this.client = mqtt.connect(url, { ...options, reconnectPeriod: 0, resubscribe: false, queueQoSZero: false });
    this.stream = this.client.stream as Duplex;
    // An event or a PUBACK is a few bytes that somebody waits for; Nagle's algorithm would hold it for the ACK before.
    if (this.stream instanceof Socket) this.stream.setNoDelay(true);
    this.closed = new Promise((resolve) => {
      this.client.once('close', () => resolve());
    });
    this.opened = new Promise((resolve, reject) => {
      let failure: unknown = 'the connection was closed';
      this.client.once('connect', resolve);
      this.client.on('error', (error) => {
        failure = error;
        reject(connectError(error));
      });
      this.client.once('close', () => reject(connectError(failure)));
    });
    // Whoever only waits for `closed` must not be ended by an unhandled rejection.
    this.opened.catch(() => undefined);
  }

  /** Resolves when sent (QoS 0) or acknowledged (QoS 1); never, when the connection dies before that. */
  publish(topic: string, payload: string | Buffer, options: PublishOptions): Promise<void> {
    const { qos, retain, expirySec: messageExpiryInterval, responseTopic } = options;
    const properties = {
      ...(messageExpiryInterval && { messageExpiryInterval }),
      ...(responseTopic && { responseTopic }),
    };
    const sent = this.client.options.protocolVersion === 5 ? { qos, retain, properties } : { qos, retain };
    return new Promise((resolve, reject) => {
      this.client.publish(topic, payload, sent, (error) => (error ? reject(error) : resolve()));
    });
  }

  /**
   * Says DISCONNECT, so that the broker drops the will, and closes. Written by hand because the library's own `end` waits
   * for every open PUBACK, which a broker with a silent database never sends.
   */
  async end(): Promise<void> {
    if (this.client.connected && !this.stream.destroyed) {
      this.stream.end(DISCONNECT);
      // Does not wait for a broker that never closes its side.
      if (this.stream instanceof Socket) this.stream.destroySoon();
    } else this.destroy();
    await this.closed;
  }

  /** Cuts the socket; the broker will send the will. */
  destroy(): void {
    this.client.end(true);
  }
}

function connectError(error: unknown): AppError {
  const code = (error as { code?: unknown } | null)?.code;
  return new AppError(
    typeof code === 'number' && refusals.has(code) ? 'BROKER_REFUSED' : 'BROKER_UNREACHABLE',
    messageOf(error),
    { cause: error },
  );
}
