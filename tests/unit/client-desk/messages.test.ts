import { describe, expect, it } from 'vitest';
import type { AreaMessages } from '../../../client/i18n/index.ts';
import { messages as admin } from '../../../client/features/admin/messages.ts';
import { messages as cameras } from '../../../client/features/cameras/messages.ts';
import { messages as controls } from '../../../client/features/cameras/controls/messages.ts';
import { messages as health } from '../../../client/features/cameras/health/messages.ts';
import { messages as history } from '../../../client/features/history/messages.ts';
import { messages as onboarding } from '../../../client/features/cameras/onboarding/messages.ts';
import { messages as desk } from '../../../client/features/desk/messages.ts';
import { messages as halls } from '../../../client/features/halls/messages.ts';
import { messages as rules } from '../../../client/features/rules/messages.ts';
import { messages as setup } from '../../../client/features/setup/messages.ts';
import { messages as signIn } from '../../../client/features/sign-in/messages.ts';
import { messages as terminals } from '../../../client/features/terminals/messages.ts';
import { messages as map } from '../../../client/map/messages.ts';

const areas: Record<string, AreaMessages> = {
  admin,
  cameras,
  controls,
  desk,
  halls,
  health,
  history,
  map,
  onboarding,
  rules,
  setup,
  signIn,
  terminals,
};

/** Every text by its dotted key. */
function texts(node: unknown, path = ''): [string, string][] {
  if (typeof node === 'string') return [[path, node]];
  return Object.entries(node as object).flatMap(([key, child]) => texts(child, path === '' ? key : `${path}.${key}`));
}
const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();

describe.each(Object.entries(areas))('the texts of %s', (_area, messages) => {
  const zh = new Map(texts(messages['zh-CN']));
  const en = new Map(texts(messages.en));

  it('are there in both languages', () => {
    expect([...zh.keys()].sort()).toEqual([...en.keys()].sort());
    expect([...zh, ...en].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('use the same placeholders', () => {
    for (const [key, text] of zh) expect([key, placeholders(text)]).toEqual([key, placeholders(en.get(key) ?? '')]);
  });
});
