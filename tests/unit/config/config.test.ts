import { expect, test } from 'vitest';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join, sep } from 'node:path';
import { readConfig, secrets, settings } from '../../../server/config.ts';
import { AppError } from '../../../server/lib/app-error.ts';

test('an empty environment gives the documented defaults', () => {
  const config = readConfig({}, false);
  expect(config).toMatchObject({
    port: 8080,
    bind: '127.0.0.1',
    databaseUrl: null,
    mqttUrl: null,
    mqttPort: 1883,
    mqttBind: '127.0.0.1',
    mqttCredentials: null,
    setupCode: null,
    ffmpeg: 'ffmpeg',
    logLevel: 'info',
    logFormat: 'json',
    trustProxy: false,
    liveViewers: 64,
  });
  expect(isAbsolute(config.dataDir)).toBe(true);
  expect(config.dataDir.endsWith(`${sep}.hallwatch`)).toBe(true);
});

test('a secret comes from a file that is named instead, and from one place alone', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'hallwatch-config-')), 'secret');
  writeFileSync(file, 'postgres://a:b@c/d\n');
  expect(readConfig({ DATABASE_URL_FILE: file }).databaseUrl).toBe('postgres://a:b@c/d');
  expect(() => readConfig({ DATABASE_URL_FILE: file, DATABASE_URL: 'postgres://e' })).toThrow('both set');
  expect(() => readConfig({ HALLWATCH_SETUP_CODE_FILE: `${file}.gone` })).toThrow('HALLWATCH_SETUP_CODE_FILE');
  // what is no secret is named where it is read
  expect(readConfig({ HALLWATCH_PORT_FILE: file }).port).toBe(8080);
});

test('the README names every secret that a file may hold', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  expect([...readme.matchAll(/`([A-Z_]+)_FILE`/g)].map(([, name]) => name)).toEqual(secrets);
});

test('the log is for people on a terminal only', () => {
  expect(readConfig({}, true).logFormat).toBe('pretty');
  expect(readConfig({ HALLWATCH_LOG_FORMAT: 'json' }, true).logFormat).toBe('json');
});

test('the broker opens where the web server does, unless told otherwise', () => {
  expect(readConfig({ HALLWATCH_BIND: '0.0.0.0' }).mqttBind).toBe('0.0.0.0');
  expect(readConfig({ HALLWATCH_BIND: '0.0.0.0', HALLWATCH_MQTT_BIND: '::1' }).mqttBind).toBe('::1');
});

test('RTMP is received only where a port is named, where the web server is unless told otherwise', () => {
  expect(readConfig({ HALLWATCH_RTMP_BIND: '0.0.0.0' }).rtmp).toBeNull();
  expect(readConfig({ HALLWATCH_RTMP_PORT: '1935' }).rtmp).toEqual({ host: '127.0.0.1', port: 1935 });
  expect(readConfig({ HALLWATCH_RTMP_PORT: '1935', HALLWATCH_RTMP_BIND: '0.0.0.0' }).rtmp?.host).toBe('0.0.0.0');
  expect(() => readConfig({ HALLWATCH_RTMP_PORT: '0' })).toThrow('HALLWATCH_RTMP_PORT');
});

test('a variable that is set to nothing counts as not set', () => {
  expect(readConfig({ HALLWATCH_PORT: '', DATABASE_URL: ' ' })).toMatchObject({ port: 8080, databaseUrl: null });
});

test('values are read as what they mean', () => {
  const config = readConfig({
    HALLWATCH_PORT: '0',
    HALLWATCH_TRUST_PROXY: '1',
    HALLWATCH_MQTT_USERNAME: 'terminal',
    HALLWATCH_MQTT_PASSWORD: ' with spaces ',
    MQTT_URL: 'mqtts://broker.example:8883',
  });
  expect(config).toMatchObject({
    port: 0,
    trustProxy: true,
    mqttCredentials: { username: 'terminal', password: ' with spaces ' },
    mqttUrl: 'mqtts://broker.example:8883',
  });
});

test.each([
  ['HALLWATCH_PORT', '65536'],
  ['HALLWATCH_PORT', '0x50'],
  ['HALLWATCH_PORT', '80 80'],
  ['HALLWATCH_BIND', 'everywhere'],
  ['MQTT_URL', 'http://broker.example'],
  ['MQTT_URL', 'broker.example:1883'],
  ['HALLWATCH_INGEST', 'elsewhere'],
  ['HALLWATCH_INGEST', 'beside'],
  ['HALLWATCH_MQTT_PORT', '-1'],
  ['HALLWATCH_SETUP_CODE', 'short'],
  ['HALLWATCH_LOG_LEVEL', 'verbose'],
  ['HALLWATCH_LOG_FORMAT', 'xml'],
  ['HALLWATCH_TRUST_PROXY', 'maybe'],
  ['HALLWATCH_LIVE_VIEWERS', '0'],
])('%s=%s is refused by name, with what is accepted', (name, value) => {
  expect(() => readConfig({ [name]: value })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', details: expect.stringMatching(`^${name} must be .{5,}`) }),
  );
});

test('a user without a password, or the other way round, is refused', () => {
  expect(() => readConfig({ HALLWATCH_MQTT_USERNAME: 'terminal' })).toThrow(/HALLWATCH_MQTT_PASSWORD/);
  expect(() => readConfig({ HALLWATCH_MQTT_PASSWORD: 'secret' })).toThrow(AppError);
});

test('every setting is described, under a name of its own', () => {
  expect(new Set(settings.map(({ name }) => name)).size).toBe(settings.length);
  for (const { name, default: without, meaning } of settings) {
    expect(name).toMatch(/^(HALLWATCH_|DATABASE_URL$|MQTT_URL$)/);
    expect(without).not.toBe('');
    expect(meaning).toMatch(/\.$/);
  }
});

test('takes a certificate with its key, and neither alone', () => {
  const tls = { HALLWATCH_TLS_CERT: 'cert.pem', HALLWATCH_TLS_KEY: 'key.pem' };
  expect(readConfig(tls).tls).toEqual({ cert: 'cert.pem', key: 'key.pem' });
  expect(readConfig({}).tls).toBeNull();
  for (const name of ['HALLWATCH_TLS_CERT', 'HALLWATCH_TLS_KEY'] as const) {
    expect(() => readConfig({ [name]: tls[name] })).toThrow(/HALLWATCH_TLS_/);
  }
});
