import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { leash } from '../../server/demo/leash.ts';
import { freePort } from '../helpers/hallwatch.ts';
import { patientWithUs, program as mosquitto, startMosquitto } from '../helpers/mosquitto.ts';

const NODE_RED = 'node-red';
const DASHBOARD = '@flowfuse/node-red-dashboard';
const READY_WITHIN_MS = 60_000;

/** Why there can be no Node-RED from this folder, or null where there can. */
export function nodeRedMissing(folder: string): string | null {
  if (![NODE_RED, DASHBOARD].every((name) => existsSync(path.join(packageOf(folder, name), 'package.json'))))
    return `no Node-RED with its dashboard in ${folder}; install it: npm install --prefix ${folder} ${NODE_RED}@latest ${DASHBOARD}@latest`;
  if (!existsSync(mosquitto))
    return 'Node-RED needs a broker: no Mosquitto on this machine; install it: apt-get install mosquitto';
  return null;
}

export interface NodeRed {
  /** Its version and that of its dashboard. */
  name: string;
  /** The page on which each window's number stands in a text widget, whose id is that of the window. */
  page: string;
  /** The broker from which it has them. */
  mqttUrl: string;
  stop(): Promise<void>;
}

/** The Node-RED of this folder behind a Mosquitto of its own, showing the number that each window's caller is serving. */
export async function startNodeRed(folder: string, windows: string[]): Promise<NodeRed> {
  await using started = new AsyncDisposableStack();
  const home = await mkdtemp(path.join(tmpdir(), 'hallwatch-node-red-'));
  started.defer(() => rm(home, { recursive: true, force: true }));
  const broker = await startMosquitto(patientWithUs);
  started.defer(() => broker.kill());
  const port = await freePort();
  await writeFile(path.join(home, 'settings.js'), `module.exports = ${JSON.stringify(settingsOf(port))};`);
  await writeFile(path.join(home, 'flows.json'), JSON.stringify([...dashboard, ...flowOf(windows, broker.port)]));
  const program = path.join(packageOf(folder, NODE_RED), 'red.js');
  const child = spawn(process.execPath, [program, '--userDir', home], { stdio: ['ignore', 'pipe', 'pipe'] });
  leash(child);
  const gone = once(child, 'exit');
  started.defer(async () => {
    child.kill('SIGKILL');
    await gone;
  });
  const page = `http://127.0.0.1:${port}/dashboard/windows`;
  await untilItAnswers(page, child);
  const name = `Node-RED ${versionOf(folder, NODE_RED)} with its dashboard ${versionOf(folder, DASHBOARD)}`;
  // From here on it is stopped by whoever asked for it, and not at the end of this function.
  const running = started.move();
  return { name, page, mqttUrl: broker.url, stop: () => running.disposeAsync() };
}

function packageOf(folder: string, name: string): string {
  return path.resolve(folder, 'node_modules', name);
}

function versionOf(folder: string, name: string): string {
  const text = readFileSync(path.join(packageOf(folder, name), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Nobody edits, and nothing speaks to the outside. The dashboard lies beside Node-RED, where it looks for nodes by itself. */
function settingsOf(port: number): object {
  return {
    ...{ uiHost: '127.0.0.1', uiPort: port, flowFile: 'flows.json', credentialSecret: false, disableEditor: true },
    telemetry: { enabled: false, updateNotification: false },
    externalModules: { autoInstall: false, palette: { allowInstall: false }, modules: { allowInstall: false } },
  };
}

/** One page with one group of widgets, in the colours and sizes that a new dashboard has. */
const dashboard = [
  { id: 'ui', type: 'ui-base', name: 'Bench', path: '/dashboard', includeClientData: true },
  {
    ...{ id: 'theme', type: 'ui-theme', name: 'Default' },
    colors: {
      ...{ surface: '#ffffff', primary: '#0094CE', bgPage: '#eeeeee' },
      ...{ groupBg: '#ffffff', groupOutline: '#cccccc' },
    },
    sizes: { density: 'default', pagePadding: '12px', groupGap: '12px', groupBorderRadius: '4px', widgetGap: '12px' },
  },
  {
    ...{ id: 'page', type: 'ui-page', name: 'Windows', ui: 'ui', path: '/windows', layout: 'grid', theme: 'theme' },
    ...{ order: 1, visible: true, disabled: false },
  },
  {
    ...{ id: 'group', type: 'ui-group', name: 'Windows', page: 'page', width: 12, height: 1, order: 1 },
    ...{ showTitle: true, visible: true, disabled: false },
  },
];

/** What somebody would draw in the editor: of each caller's state, QoS 1 as it was published, the number in a text widget. */
function flowOf(windows: string[], brokerPort: number): object[] {
  const broker = {
    ...{ id: 'broker', type: 'mqtt-broker', broker: '127.0.0.1', port: String(brokerPort), autoConnect: true },
    ...{ protocolVersion: '4', keepalive: '60', cleansession: true },
  };
  const nodes = windows.flatMap((window, index) => {
    // Only what has a place on the sheet is a node of the flow.
    const place = (column: number) => ({ z: 'flow', x: 200 * column, y: 60 * (index + 1) });
    return [
      {
        ...{ id: `${window}-state`, type: 'mqtt in', ...place(1), broker: 'broker', qos: '1', datatype: 'utf8' },
        ...{ topic: `gsh/v1/bench/bench/caller/${window}/state`, wires: [[`${window}-json`]] },
      },
      {
        ...{ id: `${window}-json`, type: 'json', ...place(2), property: 'payload', action: 'obj' },
        wires: [[`${window}-number`]],
      },
      {
        ...{ id: `${window}-number`, type: 'change', ...place(3), wires: [[window]] },
        rules: [{ t: 'set', p: 'payload', pt: 'msg', to: 'payload.no', tot: 'msg' }],
      },
      {
        ...{ id: window, type: 'ui-text', ...place(4), group: 'group', order: index + 1, width: 3, height: 1 },
        ...{ label: window, value: 'payload', valueType: 'msg', layout: 'row-spread', wires: [] },
      },
    ];
  });
  return [{ id: 'flow', type: 'tab', label: 'Windows' }, broker, ...nodes];
}

async function untilItAnswers(url: string, child: ChildProcessByStdio<null, Readable, Readable>): Promise<void> {
  let said = '';
  for (const output of [child.stdout, child.stderr]) output.setEncoding('utf8').on('data', (text) => (said += text));
  const until = performance.now() + READY_WITHIN_MS;
  while (child.exitCode === null && performance.now() < until) {
    const answer = await fetch(url).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error(`Node-RED does not answer at ${url}. It said:\n${said}`);
}
