import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createI18n } from 'vue-i18n';
import { describe, expect, it } from 'vitest';
import { AlertingEventKind, RuleKind } from '#contract/alert-rules.ts';
import type { Camera } from '#contract/cameras.ts';
import { errorCatalogue } from '#contract/errors.ts';
import { ExportStatus, GapCause } from '#contract/footage.ts';
import { WindowLive } from '#contract/hall-state.ts';
import { TerminalKind } from '#contract/mqtt.ts';
import { Severity } from '#contract/ids.ts';
import { Permission } from '#contract/permissions.ts';
import { PictureFault } from '#contract/picture-check.ts';
import type { Hall } from '#contract/places.ts';
import { PROBLEM_PARTS } from '#contract/system.ts';
import { errorMessages } from '../../../client/i18n/errors.ts';
import { languages, type AreaMessages } from '../../../client/i18n/language.ts';
import { alertAdvice, alertFacts, alertTitle } from '../../../client/wall/alert-text.ts';
import { alertOf } from '../../helpers/alert-fixture.ts';

type Tree = { [key: string]: string | Tree };

/** Every text of the client, put together as it does it. */
const areas = await Promise.all(
  globSync('client/**/messages.ts').map(async (file) => {
    const { messages } = (await import(resolve(file))) as { messages: AreaMessages };
    return messages;
  }),
);
const dictionaries = Object.fromEntries(
  languages.map((language) => [
    language,
    Object.assign({ errors: errorMessages[language] }, ...areas.map((area) => area[language])) as Tree,
  ]),
) as Record<(typeof languages)[number], Tree>;

const sources = () => globSync('client/**/*.{vue,ts}', { exclude: ['client/dist/**'] });

/** Every text by its dotted key. */
function texts(tree: Tree, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') found.set(prefix + key, value);
    else for (const [inner, text] of texts(value, `${prefix}${key}.`)) found.set(inner, text);
  }
  return found;
}

/** The translator as the client builds it, in one language. */
function translator(language: (typeof languages)[number]) {
  const messages = dictionaries as Record<string, never>;
  const { global } = createI18n({ legacy: false, locale: language, messages });
  return (key: string, params: Record<string, unknown>): string => global.t(key, params);
}

const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();

describe('texts', () => {
  const zh = texts(dictionaries['zh-CN']);
  const en = texts(dictionaries.en);

  it('are there in both languages under the same keys', () => {
    expect([...zh.keys()].sort()).toEqual([...en.keys()].sort());
  });

  it('name every permission', () => {
    const unnamed = Permission.options.filter((permission) => !zh.has(`access.names.${permission}`));
    expect(unnamed).toEqual([]);
  });

  it('name every part of the house that a problem may be about', () => {
    const unnamed = PROBLEM_PARTS.filter((part) => !zh.has(`problems.subject.${part}`));
    expect(unnamed).toEqual([]);
  });

  it('name the same values in both languages', () => {
    for (const [key, text] of zh) expect([key, placeholders(text)]).toEqual([key, placeholders(en.get(key)!)]);
  });

  it('are none of them empty, and the Chinese ones none of them English', () => {
    for (const [key, text] of [...zh, ...en]) expect([key, text.trim()]).not.toEqual([key, '']);
    const untranslated = [...zh].filter(
      ([, text]) => !/[一-鿿]/.test(text) && /[A-Za-z]{5,}/.test(text.replace(/\{\w+\}/g, '')),
    );
    // names that are the same in every language
    expect(untranslated.map(([key]) => key).sort()).toEqual([
      'cameras.source.ffmpeg',
      'onboarding.auth.token',
      'outputs.kind.webhook',
      'outputs.security.starttls',
      'problems.subject.ffmpeg',
    ]);
  });

  it('choose between their parts by what is put into them: a bar that is to be read is quoted', () => {
    const chosen = [...zh, ...en].filter(([, text]) => text.replaceAll("{'|'}", '').includes('|'));
    expect(chosen.length).toBeGreaterThan(10);
    expect(chosen.filter(([, text]) => placeholders(text).length === 0)).toEqual([]);
    expect(translator('en')('calendar.daysExample', {})).toContain("元旦 | New Year's Day");
  });

  it('are all readable for the message compiler', () => {
    for (const language of languages) {
      const say = translator(language);
      for (const key of zh.keys()) expect(say(key, { n: 2 })).not.toBe(key);
    }
  });

  it('exist for every key that the code asks for', () => {
    const asked = sources().flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\bt\('([\w.-]+)'/g)].map(([, key]) => key!),
    );
    expect(asked.length).toBeGreaterThan(40);
    expect(asked.filter((key) => !en.has(key))).toEqual([]);
  });

  it('exist for every value of the contract that is shown as a word', () => {
    const states = WindowLive.shape.state.options.flatMap((option) =>
      'options' in option ? option.options : [...option.values],
    );
    const keys = [
      ...states.map((state) => `wall.windows.state.${state}`),
      ...Severity.options.map((severity) => `severity.${severity}`),
      ...RuleKind.options.map((kind) => `wall.alerts.text.${kind}`),
      ...PictureFault.options.map((fault) => `pictureCheck.faults.${fault}`),
      ...AlertingEventKind.options.map((kind) => `wall.alerts.facts.event.${kind}`),
      ...GapCause.options.map((cause) => `footage.cause.${cause}`),
      ...ExportStatus.options.map((status) => `footage.export.status.${status}`),
      ...TerminalKind.options.map((kind) => `problems.kind.${kind}`),
    ];
    expect(keys.filter((key) => !en.has(key))).toEqual([]);
  });
});

describe('errors', () => {
  const clientOnly = ['ANSWER_UNREADABLE', 'SERVER_UNREACHABLE'];

  it.each(languages)('have a title and an advice in %s for exactly the codes of the catalogue', (language) => {
    expect(Object.keys(errorMessages[language]).sort()).toEqual([...Object.keys(errorCatalogue), ...clientOnly].sort());
  });
});

describe('alert messages', () => {
  const hall = {
    windows: [{ id: 'w03', label: '03' }],
    queues: [{ id: 'soc', name: { zh: '社会保险', en: 'Social insurance' } }],
  } as unknown as Hall;
  const camera = undefined;
  const say = translator;
  const clock = (instant: string) => instant.slice(11, 16);
  const unattended = alertOf({ facts: { waiting: 4, ticketNo: 'A012', staff: null, longestWaitSec: 60 } });
  const overtime = alertOf({ kind: 'wait-overtime', windowId: null, queueId: 'soc', facts: { waiting: 9 } });

  it('are built from kind and subject', () => {
    expect(alertTitle(unattended, { hall, camera }, 'zh-CN', say('zh-CN'))).toBe('03 号窗口离岗');
    expect(alertTitle(unattended, { hall, camera }, 'en', say('en'))).toBe('Window 03 unattended');
    expect(alertTitle(overtime, { hall, camera }, 'zh-CN', say('zh-CN'))).toBe('社会保险等候超时');
    expect(alertTitle(overtime, { hall, camera }, 'en', say('en'))).toBe('Social insurance: wait overtime');
  });

  it('fall back to the id where the subject is gone', () => {
    expect(alertTitle(unattended, { hall: undefined, camera }, 'en', say('en'))).toBe('Window w03 unattended');
  });

  it('tell the facts that are there', () => {
    expect(alertFacts(unattended, clock, say('en'))).toEqual(['4 waiting', 'ticket A012']);
    expect(alertFacts(overtime, clock, say('zh-CN'))).toEqual(['9 人等候']);
  });

  it('name the terminal that they are about, numbers, and instants by the clock of the hall', () => {
    const about = { windowId: 'w03', terminalId: 'caller/w03' };
    const facts = { terminal: null, lastHeardAt: '2026-03-09T10:00:00Z' };
    const lost = alertOf({ ...about, kind: 'terminal-offline', facts });
    expect(alertTitle(lost, { hall, camera }, 'zh-CN', say('zh-CN'))).toBe('终端离线：叫号器 w03');
    expect(alertFacts(lost, clock, say('en'))).toEqual(['last heard 10:00']);
    const slow = alertOf({ kind: 'long-service', facts: { ticketNo: 'A012', staff: null, limitSec: 1200 } });
    expect(alertFacts(slow, clock, say('zh-CN'))).toEqual(['限度 20 分钟', '票号 A012']);
    const missed = alertOf({ kind: 'no-show-rate', windowId: null, facts: { called: 40, percent: 30 } });
    expect(alertFacts(missed, clock, say('en'))).toEqual(['30 %', '40 called']);
  });

  it('name the camera that they are about, and say in words why and what to do', () => {
    const about = { windowId: null, cameraId: 'sw-07' };
    const dead = alertOf({ ...about, kind: 'camera-offline', facts: { code: 'CAMERA_SILENT', detail: 'x' } });
    const door = { name: '大门' } as Camera;
    expect(alertTitle(dead, { hall, camera: door }, 'zh-CN', say('zh-CN'))).toBe('摄像机离线：大门');
    expect(alertTitle(dead, { hall, camera }, 'en', say('en'))).toBe('Camera offline: sw-07');
    expect(alertFacts(dead, clock, say('en'))).toEqual([errorMessages.en.CAMERA_SILENT.title]);
    expect(alertAdvice(dead, say('zh-CN'))).toBe(errorMessages['zh-CN'].CAMERA_SILENT.advice);
    expect(alertAdvice(unattended, say('en'))).toBeNull();
    const faulty = alertOf({ ...about, kind: 'picture-fault', facts: { faults: 'covered, colour-cast' } });
    expect(alertFacts(faulty, clock, say('zh-CN'))).toEqual(['遮挡', '偏色']);
    const tampered = alertOf({ ...about, kind: 'camera-event', facts: { event: 'tamper', source: 'V1' } });
    expect(alertFacts(tampered, clock, say('en'))).toEqual(['covered, turned away or damaged', 'source V1']);
    expect(alertFacts(tampered, clock, say('zh-CN'))).toEqual(['镜头被遮挡、转动或破坏', '来源 V1']);
  });
});
