import { describe, expect, it } from 'vitest';
import type { GapCause } from '#contract/footage.ts';
import { GapTeller, type GapReport } from '../../../streams/recorder/gap-teller.ts';
import { scatter } from '../../../devices/simulators/camera/picture/random.ts';

interface Gap {
  from: number;
  until: number | null;
  cause: GapCause;
}

/** The rows that its reports make. */
function rows(reports: readonly GapReport[]): Gap[] {
  const gaps: Gap[] = [];
  for (const report of reports) {
    if (report.type === 'gap-began') {
      expect(gaps.filter(({ until }) => until === null)).toEqual([]);
      gaps.push({ from: report.at, until: null, cause: report.cause });
      continue;
    }
    const gap = gaps.find(({ from, until }) => from === report.from && until === null)!;
    if (report.at <= gap.from) gaps.splice(gaps.indexOf(gap), 1);
    else gap.until = report.at;
  }
  return gaps;
}

function teller(from: number, lasting: GapCause | null = null) {
  const reports: GapReport[] = lasting ? [{ type: 'gap-began', at: from, cause: lasting, detail: null }] : [];
  const gaps = new GapTeller((report) => reports.push(report), from, lasting && { cause: lasting, detail: null });
  return { gaps, told: () => rows(reports) };
}

const lost = { cause: 'camera-lost', detail: 'CAMERA_SILENT' } as const;

describe('gaps of a stream', () => {
  it('are none where the first picture is older than the wish for it', () => {
    const { gaps, told } = teller(1000);
    gaps.wanted(1000);
    gaps.began(200);
    expect(told()).toEqual([]);
  });

  it('of a schedule end with the wish, and what is missing until the first picture is the camera’s', () => {
    const { gaps, told } = teller(0, 'schedule');
    gaps.wanted(1000);
    gaps.began(3000);
    expect(told()).toEqual([
      { from: 0, until: 1000, cause: 'schedule' },
      { from: 1000, until: 3000, cause: 'camera-lost' },
    ]);
  });

  it('of a schedule end with what was kept in memory for an alert', () => {
    const { gaps, told } = teller(0, 'schedule');
    gaps.wanted(20_000);
    gaps.began(10_000);
    expect(told()).toEqual([{ from: 0, until: 10_000, cause: 'schedule' }]);
  });

  it('last over attempts, whatever each one says, and end with the first picture on disk', () => {
    const { gaps, told } = teller(0);
    gaps.began(0);
    gaps.ended(5000, lost);
    gaps.missing(8000, { cause: 'camera-lost', detail: 'CAMERA_UNREACHABLE' });
    gaps.missing(9000, { cause: 'camera-refused', detail: 'CAMERA_UNAUTHORIZED' });
    gaps.began(20_000);
    expect(told()).toEqual([
      { from: 5000, until: 9000, cause: 'camera-lost' },
      { from: 9000, until: 20_000, cause: 'camera-refused' },
    ]);
  });

  it('are none at a seam of two formats', () => {
    const { gaps, told } = teller(0);
    gaps.began(0);
    gaps.ended(5000, null);
    gaps.began(5003);
    expect(told()).toEqual([]);
  });

  it('of a server that did not run end when it runs again, unless pictures come', () => {
    const stopped = teller(0, 'server-stopped');
    stopped.gaps.wanted(60_000);
    stopped.gaps.missing(63_000, lost);
    expect(stopped.told()).toEqual([
      { from: 0, until: 60_000, cause: 'server-stopped' },
      { from: 60_000, until: null, cause: 'camera-lost' },
    ]);
    const back = teller(0, 'server-stopped');
    back.gaps.wanted(60_000);
    back.gaps.began(61_000);
    expect(back.told()).toEqual([{ from: 0, until: 61_000, cause: 'server-stopped' }]);
  });

  it('and runs cover all time, whatever happens', () => {
    const causes: GapCause[] = ['schedule', 'camera-lost', 'disk-full', 'camera-disabled', 'camera-refused'];
    for (let seed = 1; seed <= 500; seed += 1) {
      const random = scatter(seed);
      const { gaps, told } = teller(0);
      gaps.wanted(0);
      const runs: { from: number; until: number }[] = [];
      let at = 0;
      let run: number | null = null;
      for (let step = 0; step < 40; step += 1) {
        const last = at;
        at += 1 + Math.floor(random() * 5000);
        const cause = causes[Math.floor(random() * causes.length)]!;
        const chance = random();
        if (run !== null) {
          runs.push({ from: run, until: at });
          run = null;
          gaps.ended(at, chance < 0.2 ? null : { cause, detail: null });
        } else if (chance < 0.3) {
          gaps.missing(at, { cause, detail: null });
        } else if (chance < 0.5) {
          gaps.wanted(at);
        } else {
          // What the hub kept reaches back, but not into what was recorded.
          run = at - Math.floor(random() * (at - last));
          gaps.began(run);
        }
      }
      if (run === null) {
        gaps.missing(at, lost);
        at += 1;
      }
      const spans = [...runs, ...told().map(({ from, until }) => ({ from, until: until ?? at }))];
      if (run !== null) spans.push({ from: run, until: at });
      let covered = 0;
      for (const { from, until } of spans.sort((a, b) => a.from - b.from)) {
        // A seam may be half a second.
        expect(from - covered).toBeLessThanOrEqual(500);
        covered = Math.max(covered, until);
      }
      expect(covered).toBe(at);
    }
  });
});
