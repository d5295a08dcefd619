import { spawn, type ChildProcess } from 'node:child_process';

/** A child that does not end when asked is ended by force. */
export const STOP_WITHIN_MS = 15_000;
/** Waits until whoever holds its standard input is gone, however that came about, and then ends the child. */
const LEASH = `read -r _; kill -TERM "$1" && sleep ${STOP_WITHIN_MS / 1000} && kill -KILL "$1"`;

/** Ends the child when this process is gone, be it by kill -9. */
export function leash(child: ChildProcess): void {
  const holder = spawn('/bin/sh', ['-c', LEASH, 'hallwatch-leash', String(child.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  child.once('exit', () => holder.kill('SIGKILL'));
}
