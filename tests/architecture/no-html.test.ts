import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const client = path.resolve(import.meta.dirname, '../../client');
/** Ways to make a page of a text. */
const ways =
  /\bv-html\b|\.(inner|outer)HTML\b|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|srcdoc|\beval\(|new Function\(/;

it('the client draws what people have typed as text: nothing of it makes HTML or script of data', () => {
  const files = readdirSync(client, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.(ts|vue)$/.test(file) && !file.startsWith('dist'),
  );
  expect(files.length).toBeGreaterThan(200);
  expect(files.filter((file) => ways.test(readFileSync(path.join(client, file), 'utf8')))).toEqual([]);
});
