import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Clock ticks a second of /proc/PID/stat; 100 on every Linux that Node runs on. */
const TICKS = 100;

export interface Usage {
  /** Seconds of processor time since the process began. */
  cpuSec: number;
  /** Resident; pages shared with other processes count by their share. */
  memoryBytes: number;
}

function statOf(pid: number): string[] {
  // The name in brackets may hold blanks; the fields after it do not.
  return readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
}

/** What one process has used so far. */
export function usageOf(pid: number): Usage {
  const fields = statOf(pid);
  const resident = /Pss:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
  return { cpuSec: (Number(fields[11]) + Number(fields[12])) / TICKS, memoryBytes: Number(resident ?? 0) * 1024 };
}

/** A process and everything it started, that still runs. */
export function treeOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const parent = Number(statOf(Number(entry))[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
    } catch {
      // It ended while we looked.
    }
  }
  const collect = (root: number): number[] => [root, ...(children.get(root) ?? []).flatMap(collect)];
  return collect(pid);
}

/** The command line of a process; empty where it is gone. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** What the processes use in `watchMs` behind `warmUpMs`; then they are ended, as ffmpeg and our pullers are. */
export async function measured(
  processes: ChildProcess[],
  { warmUpMs, watchMs }: { warmUpMs: number; watchMs: number },
): Promise<Usage> {
  const pids = processes.map(({ pid }) => pid!);
  const total = () => pids.map((pid) => usageOf(pid));
  await sleep(warmUpMs);
  const before = total();
  await sleep(watchMs);
  const after = total();
  await Promise.all(
    processes.map(async (each) => {
      const gone = once(each, 'exit');
      // ffmpeg quits at a `q`, ours when its input ends.
      each.stdin?.end('q');
      await gone;
    }),
  );
  const sum = (usages: Usage[], figure: keyof Usage) => usages.reduce((all, usage) => all + usage[figure], 0);
  return { cpuSec: sum(after, 'cpuSec') - sum(before, 'cpuSec'), memoryBytes: sum(after, 'memoryBytes') };
}
