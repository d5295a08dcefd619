import { onBeforeUnmount, shallowRef, watch } from 'vue';
import { TimelineAnswer } from '#contract/footage.ts';
import { api, ApiError } from '../../../api/http.ts';
import { Answers, questionFor, type Answer } from './answers.ts';
import type { View } from './time-scale.ts';

/** A hand that zooms stops for so long between two notches: until then nothing is asked, ms. */
const REST_MS = 90;
const LOOK_EVERY_MS = 2000;

export interface TimelineOptions {
  cameras: () => readonly string[];
  view: () => View;
  /** px of the screen. */
  width: () => number;
  /** The server's time, epoch ms. */
  now: () => number;
}

/** What is known of the cameras for the view: asked as sharply as it is seen, kept, and cancelled when nobody waits for it. */
export function useTimeline({ cameras, view, width, now }: TimelineOptions) {
  const answers = new Answers();
  const answer = shallowRef<Answer | null>(null);
  /** Why the last question was refused. */
  const failure = shallowRef<ApiError | null>(null);
  let asking: AbortController | null = null;
  let rest: ReturnType<typeof setTimeout> | undefined;

  function look(): void {
    if (cameras().length === 0 || width() === 0) {
      answer.value = null;
      return;
    }
    const best = answers.best(view(), width(), cameras(), now());
    answer.value = best?.answer ?? null;
    if (best?.sure) return asking?.abort();
    clearTimeout(rest);
    rest = setTimeout(() => void ask(), best ? REST_MS : 0);
  }

  async function ask(): Promise<void> {
    asking?.abort();
    const stop = new AbortController();
    asking = stop;
    const askedAt = now();
    const { span, resolutionMs } = questionFor(view(), width(), askedAt);
    if (span.until <= span.from) return;
    const query = new URLSearchParams({
      cameras: cameras().join(','),
      from: new Date(span.from).toISOString(),
      until: new Date(span.until).toISOString(),
      resolutionMs: String(resolutionMs),
    });
    try {
      const { cameras: rows } = await api.get(`/api/footage/timeline?${query}`, TimelineAnswer, stop.signal);
      if (asking !== stop) return;
      answers.add({ span, resolutionMs, askedAt, cameras: new Map(rows.map((row) => [row.cameraId, row])) });
      failure.value = null;
      look();
    } catch (cause) {
      if (!stop.signal.aborted && cause instanceof ApiError) failure.value = cause;
    }
  }

  watch([view, width, () => cameras().join(',')], look, { immediate: true });
  // Time goes on where nobody touches anything.
  const timer = setInterval(() => !document.hidden && look(), LOOK_EVERY_MS);
  onBeforeUnmount(() => {
    clearInterval(timer);
    clearTimeout(rest);
    asking?.abort();
  });

  /** Something was added or removed by us: what is known is asked anew. */
  function refresh(): void {
    answers.doubt();
    look();
  }

  return { answer, failure, refresh };
}
