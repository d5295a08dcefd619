/** One way the camera offers to sign in: a challenge of WWW-Authenticate (RFC 7235, 4.1). */
export interface Challenge {
  /** Lower case: `digest`, `basic`. */
  scheme: string;
  /** By lower-case name, unquoted. */
  params: Map<string, string>;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+/;
const MAX_CHALLENGES = 16;

/** Reads all challenges of all WWW-Authenticate headers; several may share one header. What is broken is left out. */
export function parseChallenges(headers: string[]): Challenge[] {
  return headers.flatMap((header) => parseHeader(header)).slice(0, MAX_CHALLENGES);
}

function parseHeader(header: string): Challenge[] {
  const challenges: Challenge[] = [];
  let rest = header;
  for (;;) {
    rest = rest.replace(/^[\s,]+/, '');
    const name = TOKEN.exec(rest)?.[0];
    if (!name) return challenges;
    rest = rest.slice(name.length);
    const value = /^\s*=\s*/.exec(rest);
    if (!value) {
      challenges.push({ scheme: name.toLowerCase(), params: new Map() });
      continue;
    }
    rest = rest.slice(value[0].length);
    const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(rest);
    const text = quoted ? quoted[0] : (/^[^\s,]*/.exec(rest)?.[0] ?? '');
    challenges.at(-1)?.params.set(name.toLowerCase(), quoted ? quoted[1]!.replace(/\\(.)/g, '$1') : text);
    rest = rest.slice(text.length);
  }
}
