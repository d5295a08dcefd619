import type { Way } from '#contract/ways.ts';
import { nowhere, type Cities, type City } from '../../helpers/cities.ts';
import type { Entry } from './entries/entry.ts';

export interface Answer {
  status: number;
  text: string;
  /** Of the error catalogue; null where it went well. */
  code: string | null;
  headers: Headers;
  /** Its content type. */
  type: string;
}

const changing = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Asks a route about a city, as whoever has this cookie. */
export async function ask(
  { url }: Cities,
  { name, of }: Way,
  { names, query, body }: Entry,
  about: { city: City; cookie: string | undefined; id?: string },
): Promise<Answer> {
  const { city, cookie, id } = about;
  const [method, path] = name.split(' ') as [string, string];
  const subject = of !== null && of in city ? { id: city[of as keyof City], [`${of}Id`]: city[of as keyof City] } : {};
  const own = typeof names === 'function' ? names(city) : names;
  const named: Record<string, string> = { ...subject, ...own, ...(id !== undefined && { id }) };
  const address = path.replace('*', 'wall').replaceAll(/:(\w+)/g, (_, each: string) => named[each] ?? each);
  // a body that is none is refused by whoever guards the way before he reads it; a handler reads it first
  const content = body ? JSON.stringify(body(city)) : of === 'handler' ? undefined : '{';
  const isSent = changing.has(method) && content !== undefined;
  const questions = query ? `?${new URLSearchParams(query(city))}` : '';
  const response = await fetch(url + address + questions, {
    method,
    redirect: 'manual',
    headers: {
      // from another machine: this one sees more
      'x-forwarded-for': '192.0.2.7',
      ...(cookie !== undefined && { cookie }),
      ...(isSent && { 'content-type': 'application/json' }),
    },
    ...(isSent && { body: content }),
  });
  const text = await response.text();
  const { status, headers } = response;
  return { status, text, code: codeIn(text), headers, type: headers.get('content-type') ?? '' };
}

function codeIn(text: string): string | null {
  try {
    return (JSON.parse(text) as { error?: { code: string } }).error?.code ?? null;
  } catch {
    return null;
  }
}

/** The answer about a city as it would be about one that there is not. */
export function asOfNowhere(text: string, city: City): string {
  const ids = Object.keys(nowhere) as (keyof City)[];
  return ids.reduce((said, key) => said.replaceAll(city[key], nowhere[key]), text.replaceAll(city.name, nowhere.name));
}

/** What of a city a text tells: empty where nothing. */
export function tellsOf(text: string, city: City): string[] {
  return Object.values(city).filter((each) => text.includes(each));
}
