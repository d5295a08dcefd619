import { describe, expect, it } from 'vitest';
import { kindOf, News, readNotices, type Notice } from '../../../devices/onvif/event-messages.ts';
import { referenceOf } from '../../../devices/onvif/pull-point.ts';
import { child, readXml } from '../../../devices/onvif/soap.ts';

const read = (xml: string) => readNotices(child(readXml(`<R>${xml}</R>`), 'R')!);
const message = (topic: string, operation: string, source: string, data: string) =>
  `<wsnt:NotificationMessage><wsnt:Topic Dialect="x">${topic}</wsnt:Topic><wsnt:Message><tt:Message UtcTime="2026-01-01T00:00:00Z"${operation}>` +
  `<tt:Source>${source}</tt:Source><tt:Data>${data}</tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>`;
const item = (name: string, value: string) => `<tt:SimpleItem Name="${name}" Value="${value}"/>`;

describe('the kind of an event', () => {
  it.each([
    ['tns1:RuleEngine/CellMotionDetector/Motion', 'motion'],
    ['tns1:RuleEngine/tnsaxis:VMD3/MotionRegionDetector/Motion', 'other'],
    ['tns1:RuleEngine/MotionRegionDetector/Motion', 'motion'],
    ['tns1:VideoSource/MotionAlarm', 'motion'],
    ['tns1:RuleEngine/TamperDetector/Tamper', 'tamper'],
    ['tns1:VideoSource/ImageTooDark/ImagingService', 'tamper'],
    ['tns1:VideoSource/ImageTooBlurry/AnalyticsService', 'tamper'],
    ['VideoSource/GlobalSceneChange/ImagingService', 'tamper'],
    ['tns1:Device/Trigger/DigitalInput', 'digital-input'],
    ['tns1:Device/tns1:Trigger/tns1:DigitalInput', 'digital-input'],
    ['tns1:Monitoring/ProcessorUsage', 'other'],
  ])('%s is %s', (topic, kind) => {
    expect(kindOf(topic)).toBe(kind);
  });
});

describe('messages of a camera', () => {
  it('tell where, whether it holds, and whether it is news; tokens stay as they are', () => {
    const xml =
      message(
        'tns1:Device/Trigger/DigitalInput',
        ' PropertyOperation="Initialized"',
        item('InputToken', '007'),
        item('LogicalState', '1'),
      ) +
      message(
        'tns1:VideoSource/MotionAlarm',
        ' PropertyOperation="Changed"',
        item('Source', 'V0'),
        item('State', 'false'),
      ) +
      message(
        'tns1:RuleEngine/CellMotionDetector/Motion',
        ' PropertyOperation="Deleted"',
        item('Rule', 'r') + item('VideoSourceConfigurationToken', 'v'),
        '',
      ) +
      message('tns1:Monitoring/ProcessorUsage', '', '', item('Value', '37'));
    expect(read(xml)).toEqual([
      { kind: 'digital-input', topic: 'tns1:Device/Trigger/DigitalInput', source: '007', active: true, initial: true },
      { kind: 'motion', topic: 'tns1:VideoSource/MotionAlarm', source: 'V0', active: false, initial: false },
      {
        kind: 'motion',
        topic: 'tns1:RuleEngine/CellMotionDetector/Motion',
        source: 'v',
        active: false,
        initial: false,
      },
      { kind: 'other', topic: 'tns1:Monitoring/ProcessorUsage', source: '', active: null, initial: false },
    ]);
  });

  it('are bounded, and what is none is left out', () => {
    const odd = '<NotificationMessage/><NotificationMessage><Topic>t</Topic></NotificationMessage><Other/>';
    expect(read(odd)).toEqual([]);
    const many = message('t'.repeat(1000), '', item('Source', 's'.repeat(1000)), '').repeat(500);
    expect(read(many)).toHaveLength(100);
    expect(read(many)[0]).toMatchObject({ topic: 't'.repeat(512), source: 's'.repeat(256) });
  });
});

describe('news', () => {
  const notice: Notice = { kind: 'motion', topic: 't', source: 's', active: true, initial: false };

  it('is what was not known', () => {
    const news = new News();
    const is = (more: Partial<Notice>) => news.of({ ...notice, ...more }, '2026-01-01T00:00:00.000Z') !== null;
    expect([is({ initial: true }), is({}), is({ source: 'x' }), is({ active: false }), is({}), is({})]).toEqual([
      true,
      false,
      true,
      true,
      true,
      false,
    ]);
    expect([is({ active: null }), is({ active: null })]).toEqual([true, true]);
  });
});

describe('reference parameters', () => {
  it('are kept as text, with the declarations that they need', () => {
    const text =
      '<s:Envelope xmlns:s="soap" xmlns:dom0="http://www.axis.com/2009/event"><a:ReferenceParameters>' +
      '<dom0:SubscriptionId>07</dom0:SubscriptionId><b:Key xmlns:b="urn:b"/></a:ReferenceParameters></s:Envelope>';
    expect(referenceOf(text)).toBe(
      '<dom0:SubscriptionId xmlns:dom0="http://www.axis.com/2009/event">07</dom0:SubscriptionId><b:Key xmlns:b="urn:b"/>',
    );
    expect(referenceOf('<a/>')).toBe('');
    expect(referenceOf(`<ReferenceParameters>${'x'.repeat(5000)}</ReferenceParameters>`)).toBe('');
  });
});
