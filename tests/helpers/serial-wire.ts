import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A serial line without hardware: a pair of pseudo terminals, of which `script` holds the far end. */
export interface SerialWire {
  /** What a program opens as its line. */
  path: string;
  /** A caller on the line says so. */
  say(bytes: string): void;
  /** Resolves with everything that callers hear, when `until` is in it. */
  hears(until: string): Promise<string>;
  /** The adapter is pulled out. */
  cut(): Promise<void>;
}

export async function openSerialWire(): Promise<SerialWire> {
  const child = spawn('script', ['--quiet', '--flush', '--command', 'tty && exec sleep infinity', '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  let heard = '';
  let arrived: () => void = () => undefined;
  child.stdout.setEncoding('latin1').on('data', (bytes: string) => {
    heard += bytes;
    arrived();
  });
  const hears = async (until: string) => {
    while (!heard.includes(until)) await new Promise<void>((resolve) => (arrived = resolve));
    const all = heard;
    heard = '';
    return all;
  };
  const path = (await hears('\n')).trim();
  return {
    path,
    hears,
    say: (bytes) => void child.stdin.write(bytes, 'latin1'),
    async cut() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}
