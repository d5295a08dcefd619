import { Counter, Gauge, type Registry } from 'prom-client';
import type { Recorder } from './recorder.ts';

/** Registers the figures of the recorder; they are read when someone asks. */
export function measureRecorder(registry: Registry, recorder: Recorder): void {
  const registers = [registry];
  const total = (name: string, help: string, read: () => number): void => {
    const counter = new Counter({
      name,
      help,
      registers,
      collect() {
        counter.reset();
        counter.inc(read());
      },
    });
  };
  total('hallwatch_recorded_segments_total', 'Files of footage finished', () => recorder.counts.segments);
  total('hallwatch_recorded_bytes_total', 'Bytes of finished files of footage', () => recorder.counts.bytes);
  new Gauge({
    name: 'hallwatch_recorders',
    help: 'Streams with a recording plan, by what their recorder does',
    labelNames: ['status'],
    registers,
    collect() {
      for (const status of ['off', 'waiting', 'recording', 'failed']) this.set({ status }, 0);
      for (const { status } of recorder.statuses()) this.inc({ status });
    },
  });
  new Gauge({
    name: 'hallwatch_recorder_waiting_bytes',
    help: 'Bytes of footage that wait for their volume',
    labelNames: ['volume'],
    registers,
    collect() {
      for (const { volumeId, bytes } of recorder.waiting()) this.set({ volume: volumeId }, bytes);
    },
  });
  new Gauge({
    name: 'hallwatch_recorder_pre_roll_bytes',
    help: 'Bytes kept in memory for alerts that may come',
    registers,
    collect() {
      this.set(recorder.preRollBytes);
    },
  });
}
