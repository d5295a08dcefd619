import type { Way } from '#contract/ways.ts';
import type { Cities } from '../../helpers/cities.ts';
import { ask } from './asking.ts';
import { entries } from './entries/all.ts';

/** Short enough for most fields, and what a careless page would run. */
export const SCRIPT = '<img src=x onerror=alert(1)>';

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  format?: string;
}
type Path = readonly (string | number)[];

/** Where a body has texts that may say anything, or nearly. */
export function textsIn(schema: Schema, at: Path = []): Path[] {
  const isText = schema.type === 'string' && !schema.enum && schema.const === undefined;
  return [
    ...(isText ? [at] : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, each]) => textsIn(each, [...at, name])),
    ...(schema.items ? textsIn(schema.items, [...at, 0]) : []),
    ...[schema.anyOf, schema.oneOf, schema.allOf].flatMap((kinds) =>
      (kinds ?? []).flatMap((each) => textsIn(each, at)),
    ),
  ];
}

/** The body with the script at this place; what leads there is made where it is not. */
export function withScript(body: unknown, path: Path): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return SCRIPT;
  if (typeof first === 'number') {
    const list = Array.isArray(body) ? (body as unknown[]) : [];
    return [withScript(list[0], rest), ...list.slice(1)];
  }
  const fields = (typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {}) as Record<
    string,
    unknown
  >;
  return { ...fields, [first]: withScript(fields[first], rest) };
}

interface Document {
  paths: Record<string, Record<string, { requestBody?: { content?: Record<string, { schema?: Schema }> } }>>;
}

/** What signs its author out, or changes who may do what: another script is sent there by tests of its own. */
const spared = /^DELETE \/api\/session|^PUT \/api\/session\/password|\/grants$|\/disabled$|^POST \/api\/setup/;

/**
 * Sends the script in every text of every route, one at a time, and reads every page of the API afterwards. What came back as
 * something that a browser would take for a page, in words; and how often the script was taken.
 */
export async function scriptFaults(cities: Cities, ways: readonly Way[]) {
  const { root, home, cookieOf } = cities;
  const { paths } = await root.call<Document>('GET', '/api/openapi.json');
  const cookie = cookieOf('administrator', 'all');
  const faults: string[] = [];
  let [sent, taken] = [0, 0];
  const routes = ways.filter(({ kind, name }) => kind === 'route' && !spared.test(name));
  for (const way of routes) {
    const [method = '', url = ''] = way.name.split(' ');
    const operation = paths[url.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
    const schema = operation?.requestBody?.content?.['application/json']?.schema;
    const entry = entries[way.name]!;
    for (const path of schema ? textsIn(schema) : []) {
      const body = () => withScript(entry.body?.(home), path);
      const answer = await ask(cities, way, { ...entry, body }, { city: home, cookie });
      sent += 1;
      if (answer.status < 300) taken += 1;
      if (!isInert(answer)) faults.push(`${way.name} ${path.join('.')}: ${answer.type}`);
      if (answer.code === 'INTERNAL')
        faults.push(`${way.name} ${path.join('.')}: ${answer.status} ${answer.text.slice(0, 200)}`);
    }
  }
  for (const way of routes.filter(({ name }) => name.startsWith('GET '))) {
    const answer = await ask(cities, way, entries[way.name]!, { city: home, cookie });
    if (!isInert(answer)) faults.push(`${way.name}: ${answer.type}`);
  }
  return { faults, sent, taken };
}

/** A browser draws nothing of it: it is no page, and is not taken for one. */
function isInert({ type, headers, text }: { type: string; headers: Headers; text: string }): boolean {
  const isSafe = headers.get('x-content-type-options') === 'nosniff' && headers.get('content-security-policy') !== null;
  return isSafe && (!text.includes(SCRIPT) || !/html|xml|svg/.test(type));
}
