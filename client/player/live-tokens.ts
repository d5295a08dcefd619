import { LIVE_TOKENS_AT_ONCE, LiveTokenAnswers, type LiveTokensRequest } from '#contract/live.ts';
import { api, ApiError } from '../api/http.ts';

interface Asked {
  stream: LiveTokensRequest[number];
  granted: (token: string) => void;
  refused: (error: unknown) => void;
}

/** Tiles are a burst as long as no more than this lies between one and the next, ms. */
const QUIET_MS = 4;
/** How long the first tile waits for its neighbours at most, ms. */
const GATHER_MS = 20;

let waiting: Asked[] = [];
let burst: ReturnType<typeof setTimeout> | undefined;
let since = 0;

/** A token for one stream. Tiles that appear together ask together: one request a wall, not one a tile. Throws `ApiError`. */
export function liveToken(cameraId: string, role: LiveTokensRequest[number]['role']): Promise<string> {
  return new Promise((granted, refused) => {
    const now = performance.now();
    if (waiting.length === 0) since = now;
    waiting.push({ stream: { cameraId, role }, granted, refused });
    // Tiles come into view in tasks of their own, one behind the other: what is asked in a burst is gathered over it.
    clearTimeout(burst);
    burst = setTimeout(askForAll, Math.min(QUIET_MS, since + GATHER_MS - now));
  });
}

function askForAll(): void {
  const all = waiting;
  waiting = [];
  for (let from = 0; from < all.length; from += LIVE_TOKENS_AT_ONCE)
    void ask(all.slice(from, from + LIVE_TOKENS_AT_ONCE));
}

async function ask(asked: Asked[]): Promise<void> {
  try {
    const streams = asked.map(({ stream }) => stream);
    const answers = await api.post('/api/live-tokens', streams satisfies LiveTokensRequest, LiveTokenAnswers);
    asked.forEach(({ granted, refused }, at) => {
      const answer = answers[at];
      if (answer && 'token' in answer) granted(answer.token);
      else refused(answer ? new ApiError(answer.refused, 200) : new ApiError('ANSWER_UNREADABLE', 200));
    });
  } catch (error) {
    for (const { refused } of asked) refused(error);
  }
}
