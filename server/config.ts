import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { TerminalAccess } from '#contract/terminals.ts';
import { AppError } from '#lib/app-error.ts';
import { EVERYWHERE, PRIVATE_NETWORKS } from '#lib/camera-networks.ts';
import { secretIn } from './secret-file.ts';
import { WholeNumber, Port, Flag, Address, LogLevel, LogFormat, Networks, Url } from './setting-values.ts';

const projectFolder = fileURLToPath(new URL('..', import.meta.url));

interface Setting<T> {
  name: string;
  /** What happens without it, in words for the table. */
  default: string;
  meaning: string;
  /** What is accepted, as the message says it when a value is not. */
  accepts: string;
  schema: z.ZodType<T, string>;
  /** It may come from a file that `NAME_FILE` names instead: an environment is seen by whoever sees the process. */
  isSecret?: true;
}

const setting = <T>(definition: Setting<T>) => definition;

/** Each setting once: reading, messages and the table in the README all come from here. */
const table = {
  port: setting({
    name: 'HALLWATCH_PORT',
    default: '8080',
    meaning: 'Port of the web server: pages, API and live video. 0 takes a free one.',
    accepts: 'a port number, 0 to 65535',
    schema: Port,
  }),
  bind: setting({
    name: 'HALLWATCH_BIND',
    default: '127.0.0.1',
    meaning: 'Address the web server listens on. `0.0.0.0` opens it to the network.',
    accepts: 'an IP address of this machine',
    schema: Address,
  }),
  tlsCert: setting({
    name: 'HALLWATCH_TLS_CERT',
    default: 'http, for a proxy in front',
    meaning:
      'File with the certificate of the web server and its chain, PEM: pages, API and pictures then come by https.',
    accepts: 'the path of a file, together with HALLWATCH_TLS_KEY',
    schema: z.string().min(1),
  }),
  tlsKey: setting({
    name: 'HALLWATCH_TLS_KEY',
    default: 'http, for a proxy in front',
    meaning: 'File with the private key of that certificate, PEM.',
    accepts: 'the path of a file, together with HALLWATCH_TLS_CERT',
    schema: z.string().min(1),
  }),
  dataDir: setting({
    name: 'HALLWATCH_DATA',
    default: '`.hallwatch` in the project folder',
    meaning: 'Folder for everything that is kept: the embedded database and the key that camera passwords are under.',
    accepts: 'the path of a folder',
    schema: z.string().min(1),
  }),
  auditFolder: setting({
    name: 'HALLWATCH_AUDIT_FOLDER',
    default: '`audit` in the data folder',
    meaning:
      'Folder for the keys and seals of the audit: out of the reach of whoever has the database; see docs/audit.md.',
    accepts: 'the path of a folder',
    schema: z.string().min(1),
  }),
  exchangeFolder: setting({
    name: 'HALLWATCH_EXCHANGE_FOLDER',
    default: 'no folder is watched',
    meaning: 'Folder into which files of cases are put (JSON, CSV, XLSX), one folder a source; see docs/cases.md.',
    accepts: 'the path of a folder',
    schema: z.string().min(1),
  }),
  databaseUrl: setting({
    name: 'DATABASE_URL',
    isSecret: true,
    default: 'the embedded database',
    meaning: 'A PostgreSQL 15 or later with TimescaleDB, `postgres://user:password@host:5432/name`.',
    accepts: 'postgres://user:password@host:5432/name',
    // Checked where it is used, under a code of its own.
    schema: z.string().min(1),
  }),
  mqttUrl: setting({
    name: 'MQTT_URL',
    isSecret: true,
    default: 'the broker inside Hallwatch',
    meaning: 'An MQTT broker to use instead, `mqtt://user:password@host:1883` or `mqtts://`.',
    accepts: 'mqtt://user:password@host:1883, or mqtts:// for TLS',
    schema: Url('mqtt', 'mqtts'),
  }),
  ingest: setting({
    name: 'HALLWATCH_INGEST',
    default: 'inside',
    meaning:
      'Who takes events from the broker that `MQTT_URL` names: `inside` the server itself, `beside` it processes of their own (`npm run ingest -- NAME`); see docs/terminals.md.',
    accepts: 'inside, or beside (with MQTT_URL and DATABASE_URL)',
    schema: z.enum(['inside', 'beside']),
  }),
  mqttPort: setting({
    name: 'HALLWATCH_MQTT_PORT',
    default: '1883',
    meaning: 'Port of the broker inside Hallwatch. 0 takes a free one.',
    accepts: 'a port number, 0 to 65535',
    schema: Port,
  }),
  mqttBind: setting({
    name: 'HALLWATCH_MQTT_BIND',
    default: 'as `HALLWATCH_BIND`',
    meaning: 'Address the broker inside Hallwatch listens on.',
    accepts: 'an IP address of this machine',
    schema: Address,
  }),
  mqttUsername: setting({
    name: 'HALLWATCH_MQTT_USERNAME',
    default: 'no user is asked for',
    meaning: 'User that terminals must name to the broker inside Hallwatch; needs the password too.',
    accepts: 'a name of 1 to 100 characters, together with HALLWATCH_MQTT_PASSWORD',
    schema: z.string().min(1).max(100),
  }),
  mqttPassword: setting({
    name: 'HALLWATCH_MQTT_PASSWORD',
    isSecret: true,
    default: 'no password is asked for',
    meaning: 'Password that terminals must give with `HALLWATCH_MQTT_USERNAME`.',
    accepts: 'a password of 1 to 200 characters, together with HALLWATCH_MQTT_USERNAME',
    schema: z.string().min(1).max(200),
  }),
  mqttAccess: setting({
    name: 'HALLWATCH_MQTT_ACCESS',
    default: '`shared` where a user is set, else `open`',
    meaning:
      'Whom the broker inside lets in: `open` everyone, `shared` who knows that user and password, `device` only devices with a key of their own. A terminal that has a key needs it always; see docs/terminals.md.',
    accepts: 'open, shared (with HALLWATCH_MQTT_USERNAME and HALLWATCH_MQTT_PASSWORD) or device',
    schema: TerminalAccess,
  }),
  mqttsPort: setting({
    name: 'HALLWATCH_MQTTS_PORT',
    default: 'no TLS',
    meaning: 'Port on which the broker inside speaks MQTT over TLS as well, usually 8883; needs certificate and key.',
    accepts: 'a port number, 0 to 65535, together with HALLWATCH_MQTT_CERT and HALLWATCH_MQTT_KEY',
    schema: Port,
  }),
  mqttsBind: setting({
    name: 'HALLWATCH_MQTTS_BIND',
    default: 'as `HALLWATCH_MQTT_BIND`',
    meaning: 'Address for MQTT over TLS, where it shall be another one.',
    accepts: 'an IP address of this machine',
    schema: Address,
  }),
  mqttCert: setting({
    name: 'HALLWATCH_MQTT_CERT',
    default: 'no TLS',
    meaning: 'File with the certificate of the broker inside and its chain, PEM.',
    accepts: 'the path of a file, together with HALLWATCH_MQTTS_PORT and HALLWATCH_MQTT_KEY',
    schema: z.string().min(1),
  }),
  mqttKey: setting({
    name: 'HALLWATCH_MQTT_KEY',
    default: 'no TLS',
    meaning: 'File with the private key of that certificate, PEM.',
    accepts: 'the path of a file, together with HALLWATCH_MQTTS_PORT and HALLWATCH_MQTT_CERT',
    schema: z.string().min(1),
  }),
  rtmpPort: setting({
    name: 'HALLWATCH_RTMP_PORT',
    default: 'no RTMP is received',
    meaning: 'Port that encoders and body cameras push to by RTMP, usually 1935; see docs/push-a-camera.md.',
    accepts: 'a port number, 1 to 65535',
    schema: WholeNumber(1, 65_535),
  }),
  rtmpBind: setting({
    name: 'HALLWATCH_RTMP_BIND',
    default: 'as `HALLWATCH_BIND`',
    meaning: 'Address RTMP is received on. Nobody publishes without the key of a camera, and nobody plays here.',
    accepts: 'an IP address of this machine',
    schema: Address,
  }),
  cameraNetworks: setting({
    name: 'HALLWATCH_CAMERA_NETWORKS',
    default: `the private ones: ${PRIVATE_NETWORKS.join(', ')}`,
    meaning:
      'Networks that cameras may live in; Hallwatch connects to none elsewhere. Cameras on this machine need `127.0.0.0/8` in it.',
    accepts: 'networks like 192.168.0.0/16, with commas between them',
    schema: Networks,
  }),
  outputNetworks: setting({
    name: 'HALLWATCH_OUTPUT_NETWORKS',
    default: 'everywhere but this machine',
    meaning:
      'Networks that alerts may be told to (mail servers, webhooks, SMS gateways); Hallwatch sends nothing elsewhere. A mail server on this machine needs `127.0.0.0/8` in it.',
    accepts: 'networks like 192.168.0.0/16, with commas between them',
    schema: Networks,
  }),
  identityNetworks: setting({
    name: 'HALLWATCH_IDENTITY_NETWORKS',
    default: 'the private ones, as for cameras',
    meaning:
      'Networks that the identity provider may live in; Hallwatch asks none elsewhere. One on the internet needs its network in it, or `0.0.0.0/0`.',
    accepts: 'networks like 10.20.0.0/16, with commas between them',
    schema: Networks,
  }),
  setupCode: setting({
    name: 'HALLWATCH_SETUP_CODE',
    isSecret: true,
    default: 'a random code on the console at the first start',
    meaning: 'The one-time code that creates the first administrator, for unattended installations.',
    accepts: 'a code of 8 to 100 characters',
    schema: z.string().min(8).max(100),
  }),
  ffmpeg: setting({
    name: 'HALLWATCH_FFMPEG',
    default: '`ffmpeg` on the PATH',
    meaning: 'The ffmpeg program, 5.1 or later.',
    accepts: 'the path of a program',
    schema: z.string().min(1),
  }),
  logLevel: setting({
    name: 'HALLWATCH_LOG_LEVEL',
    default: 'info',
    meaning: 'How much the log says: `debug`, `info`, `warn` or `error`.',
    accepts: 'debug, info, warn or error',
    schema: LogLevel,
  }),
  logFormat: setting({
    name: 'HALLWATCH_LOG_FORMAT',
    default: '`pretty` on a terminal, else `json`',
    meaning: 'Log lines for people or for machines.',
    accepts: 'pretty or json',
    schema: LogFormat,
  }),
  trustProxy: setting({
    name: 'HALLWATCH_TRUST_PROXY',
    default: 'false',
    meaning: 'Believe `X-Forwarded-For` and `X-Forwarded-Proto`; only behind a proxy that sets them.',
    accepts: 'true or false',
    schema: Flag,
  }),
  registration: setting({
    name: 'HALLWATCH_REGISTRATION',
    default: 'false',
    meaning:
      'Whether people may ask for an account on the sign-in page. An administrator of where they work admits them.',
    accepts: 'true or false',
    schema: Flag,
  }),
  training: setting({
    name: 'HALLWATCH_TRAINING',
    default: 'false, in the demo true',
    meaning: 'Whether there are exercises, which are done with what is there; for a demo.',
    accepts: 'true or false',
    schema: Flag,
  }),
  liveViewers: setting({
    name: 'HALLWATCH_LIVE_VIEWERS',
    default: '64',
    meaning: 'Viewers that one stream of one camera may have at a time.',
    accepts: 'a whole number, 1 to 10000',
    schema: WholeNumber(1, 10_000),
  }),
  transcodes: setting({
    name: 'HALLWATCH_TRANSCODES',
    default: 'two for each processor core',
    meaning: 'H.265 streams that are converted to H.264 at a time, for browsers without H.265. 0 converts none.',
    accepts: 'a whole number, 0 to 1000',
    schema: WholeNumber(0, 1000),
  }),
  lookEvery: setting({
    name: 'HALLWATCH_LOOK_EVERY',
    default: '5',
    meaning: "Seconds from one look at each camera's picture to the next (picture diagnosis). 0 looks at none.",
    accepts: 'a whole number of seconds, 0 to 3600',
    schema: WholeNumber(0, 3600),
  }),
};

/** The settings for people: name, what happens without it, what it does. */
export const settings: readonly Pick<Setting<unknown>, 'name' | 'default' | 'meaning'>[] = Object.values(table);

/** Those that a file may hold. */
export const secrets: readonly string[] = (Object.values(table) as Setting<unknown>[])
  .filter(({ isSecret }) => isSecret)
  .map(({ name }) => name);

export interface Config {
  port: number;
  bind: string;
  /** Paths; null: http. */
  tls: { cert: string; key: string } | null;
  /** Absolute. */
  dataDir: string;
  /** Absolute. */
  auditFolder: string;
  exchangeFolder: string | null;
  /** null: the embedded database. */
  databaseUrl: string | null;
  /** null: the broker inside. */
  mqttUrl: string | null;
  /** Events are taken in by processes of their own; only with a broker and a database of others. */
  ingestBeside: boolean;
  mqttPort: number;
  mqttBind: string;
  /** null: anyone who reaches the port may connect. */
  mqttCredentials: { username: string; password: string } | null;
  mqttAccess: TerminalAccess;
  /** The second listener of the broker inside; certificate and key are paths. */
  mqttTls: { host: string; port: number; cert: string; key: string } | null;
  /** Where devices push to; null: nowhere. */
  rtmp: { host: string; port: number } | null;
  /** CIDR. */
  cameraNetworks: readonly string[];
  /** CIDR. */
  outputNetworks: readonly string[];
  identityNetworks: readonly string[];
  /** null: a random one is made where it is needed. */
  setupCode: string | null;
  ffmpeg: string;
  logLevel: z.infer<typeof LogLevel>;
  logFormat: z.infer<typeof LogFormat>;
  trustProxy: boolean;
  liveViewers: number;
  transcodes: number;
  /** Seconds from one look at each picture to the next; 0: none is looked at. */
  lookEvery: number;
  registration: boolean;
  training: boolean;
}

/** Reads and checks the environment; a variable that is set to nothing counts as not set. @throws AppError CONFIG_INVALID */
export function readConfig(env: NodeJS.ProcessEnv, onTerminal = process.stdout.isTTY): Config {
  const read = <T>({ name, accepts, schema, isSecret }: Setting<T>): T | undefined => {
    const text = (isSecret ? secretIn(env, name) : undefined) ?? env[name];
    if (text === undefined || text.trim() === '') return undefined;
    const parsed = schema.safeParse(text);
    if (!parsed.success) throw new AppError('CONFIG_INVALID', `${name} must be ${accepts}`);
    return parsed.data;
  };
  const bind = read(table.bind) ?? '127.0.0.1';
  const mqttBind = read(table.mqttBind) ?? bind;
  const mqttCredentials = whole(read, { username: table.mqttUsername, password: table.mqttPassword });
  const mqtts = whole(read, { port: table.mqttsPort, cert: table.mqttCert, key: table.mqttKey });
  const mqttAccess = read(table.mqttAccess) ?? (mqttCredentials === null ? 'open' : 'shared');
  if (mqttAccess === 'shared' && mqttCredentials === null) throw unusable(table.mqttAccess);
  const ingestBeside = read(table.ingest) === 'beside';
  if (ingestBeside && (!read(table.mqttUrl) || !read(table.databaseUrl))) throw unusable(table.ingest);
  const rtmpPort = read(table.rtmpPort);
  const rtmpBind = read(table.rtmpBind) ?? bind;
  const exchangeFolder = read(table.exchangeFolder);
  const dataDir = resolve(projectFolder, read(table.dataDir) ?? '.hallwatch');
  return {
    ...{ port: read(table.port) ?? 8080, bind, dataDir },
    tls: whole(read, { cert: table.tlsCert, key: table.tlsKey }),
    exchangeFolder: exchangeFolder === undefined ? null : resolve(projectFolder, exchangeFolder),
    auditFolder: resolve(projectFolder, read(table.auditFolder) ?? resolve(dataDir, 'audit')),
    databaseUrl: read(table.databaseUrl) ?? null,
    mqttUrl: read(table.mqttUrl) ?? null,
    ingestBeside,
    ...{ mqttPort: read(table.mqttPort) ?? 1883, mqttBind, mqttCredentials, mqttAccess },
    mqttTls: mqtts && { host: read(table.mqttsBind) ?? mqttBind, ...mqtts },
    rtmp: rtmpPort === undefined ? null : { host: rtmpBind, port: rtmpPort },
    cameraNetworks: read(table.cameraNetworks) ?? PRIVATE_NETWORKS,
    outputNetworks: read(table.outputNetworks) ?? EVERYWHERE,
    identityNetworks: read(table.identityNetworks) ?? PRIVATE_NETWORKS,
    setupCode: read(table.setupCode) ?? null,
    ffmpeg: read(table.ffmpeg) ?? 'ffmpeg',
    logLevel: read(table.logLevel) ?? 'info',
    logFormat: read(table.logFormat) ?? (onTerminal ? 'pretty' : 'json'),
    trustProxy: read(table.trustProxy) ?? false,
    liveViewers: read(table.liveViewers) ?? 64,
    transcodes: read(table.transcodes) ?? 2 * availableParallelism(),
    lookEvery: read(table.lookEvery) ?? 5,
    ...{ registration: read(table.registration) ?? false, training: read(table.training) ?? false },
  };
}

type Read = <T>(setting: Setting<T>) => T | undefined;

/** All settings of a group or none: some of them would silently leave the broker open, closed to everyone, or pages in the clear. */
function whole<T extends object>(read: Read, group: { [K in keyof T]: Setting<T[K]> }): T | null {
  const parts = Object.entries<Setting<unknown>>(group).map(([name, setting]) => ({
    name,
    setting,
    value: read(setting),
  }));
  const missing = parts.filter(({ value }) => value === undefined);
  if (missing.length === parts.length) return null;
  if (missing[0] !== undefined) throw unusable(missing[0].setting);
  return Object.fromEntries(parts.map(({ name, value }) => [name, value])) as T;
}

function unusable({ name, accepts }: Pick<Setting<unknown>, 'name' | 'accepts'>): AppError {
  return new AppError('CONFIG_INVALID', `${name} must be ${accepts}`);
}
