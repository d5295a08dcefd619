import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

/** A script of tests/helpers/page as plain JavaScript, to be run in a browser page. */
export function pageScript(name: string): string {
  return stripTypeScriptTypes(readFileSync(new URL(`./page/${name}.ts`, import.meta.url), 'utf8'));
}
