import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Inspection, InspectionsAnswer } from '#contract/inspections.ts';
import type { Matter, PublicMatter } from '#contract/matters.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { iso } from '../cases/stage.ts';
import { openMatterStage, type MatterStage } from './stage.ts';

const order = { title: 'Queues', text: 'Open a third window', to: { of: 'department', id: 'tax-north' } };
/** The head of a JPEG of 640x480. */
const picture = Buffer.from('ffd8ffe000104a46494600010100000100010000ffc000110801e002800301220002', 'hex');
const complaint = { kind: 'complaint', hallId: 'hall-north', title: 'Sent away', text: 'Twice', contact: '555-0147' };

describe('orders, complaints and reviews', () => {
  let base: TestDatabase;
  let stage: MatterStage;
  // one house for all: what a test makes it looks at by its id
  beforeAll(async () => {
    base = await openTestDatabase();
    stage = await openMatterStage(base);
  });
  afterAll(async () => {
    await stage.close();
    await base.close();
  });
  const draft = (who: string, change: object = {}) =>
    stage.ask<Matter>(who, 'POST', '/api/orders', { ...order, ...change });

  it('gives orders downward: whoever stands above sees and judges them, whoever they are for answers', async () => {
    const made = await draft('mayor');
    expect(made).toMatchObject({ state: 'drafted', fromRegionId: 'city', hallId: 'hall-north', dueAt: null });
    expect(await stage.act('mayor', made.id, 'issue')).toBe('issued');
    expect((await stage.detail('north-hall', made.id)).dueAt).toBe(iso('03-10 17:00'));
    expect(await stage.detail('south', made.id)).toBe('NOT_FOUND');
    expect(await stage.act('south', made.id, 'sign')).toBe('NOT_FOUND');
    expect(await stage.act('mayor', made.id, 'sign')).toBe('MATTER_SAME_PERSON');
    expect(await stage.act('north-hall', made.id, 'sign')).toBe('handling');
    expect((await stage.detail('north-hall', made.id)).dueAt).toBe(iso('03-16 17:00'));
    expect(await stage.act('north-hall', made.id, 'feedback')).toBe('answered');
    // the county has the hall whole, but the order is the city's
    expect((await stage.detail('north', made.id)).sides).toEqual(['addressee']);
    expect(await stage.act('north', made.id, 'accept')).toBe('FORBIDDEN');
    expect(await stage.act('deputy', made.id, 'return')).toBe('handling');
    expect(await stage.act('north-hall', made.id, 'feedback')).toBe('answered');
    expect(await stage.act('deputy', made.id, 'accept')).toBe('closed');
    const { history, ...closed } = await stage.detail('mayor', made.id);
    expect(closed).toMatchObject({ dueAt: null, closedAt: expect.any(String), acts: 7 });
    expect(history.map(({ act, by }) => `${act} ${by}`)).toEqual([
      ...['make mayor', 'issue mayor', 'sign north-hall', 'feedback north-hall', 'return deputy'],
      ...['feedback north-hall', 'accept deputy'],
    ]);
  });

  it('stands on what was seen on a camera, whose footage is held, with its picture, which nobody sees who sees masks', async () => {
    const seen = { cameraId: 'north-1', seenAt: iso('03-09 10:00'), note: 'Nobody at three windows' };
    const note = (who: string, change: object = {}) =>
      stage.ask<Inspection>(who, 'POST', '/api/inspections', {
        ...{ ...seen, picture: picture.toString('base64') },
        ...change,
      });
    expect([await note('south'), await note('north-hall')]).toEqual(['NOT_FOUND', 'FORBIDDEN']);
    expect([await note('north', { picture: 'aaaa' }), await note('north', { seenAt: iso('03-09 08:00') })]).toEqual(
      Array(2).fill('REQUEST_INVALID'),
    );
    const { id, ...made } = await note('north');
    const sha256 = createHash('sha256').update(picture).digest('hex');
    expect(made).toMatchObject({ ...seen, hallId: 'hall-north', madeBy: 'north', sha256, led: [] });
    const span = [iso('03-09 09:59'), iso('03-09 10:01')].map((text) => new Date(text).toISOString());
    expect(stage.held).toEqual([`inspection north-1 ${span.join(' ')} north`]);
    const look = (who: string) => stage.send(who, 'GET', `/api/inspections/${id}/picture.jpg`);
    expect((await look('mayor')).rawPayload.equals(picture)).toBe(true);
    expect([(await look('north-hall')).json(), (await look('south')).json()]).toMatchObject([
      ...[{ error: { code: 'PICTURE_MASKED' } }, { error: { code: 'NOT_FOUND' } }],
    ]);
    const ordered = await draft('north', { subject: { of: 'inspection', id } });
    const { inspections } = await stage.ask<InspectionsAnswer>('north-hall', 'GET', '/api/inspections');
    expect(inspections).toMatchObject([{ id, led: [{ of: 'order', id: ordered.id, title: ordered.title }] }]);
    expect(await stage.ask('south', 'GET', '/api/inspections')).toEqual({ inspections: [], next: null });
  });

  it('goes from a city to a county, which hands it down', async () => {
    const above = await draft('mayor', { to: { of: 'region', id: 'north' } });
    await stage.act('mayor', above.id, 'issue');
    expect(await stage.detail('north-hall', above.id)).toBe('NOT_FOUND');
    expect(await stage.act('north', above.id, 'sign')).toBe('handling');
    const below = await draft('north', { parentId: above.id });
    expect(below).toMatchObject({ fromRegionId: 'north', parentId: above.id });
    expect((await stage.detail('mayor', above.id)).children.map(({ id }) => id)).toEqual([below.id]);
    // nobody gives orders upward, or to a neighbour
    expect(await draft('north', { to: { of: 'region', id: 'city' } })).toBe('REQUEST_INVALID');
    expect(await draft('south')).toBe('REQUEST_INVALID');
    expect(await draft('north-hall')).toBe('FORBIDDEN');
  });

  it('tells everybody what waits for him, and for nobody else', async () => {
    const { id } = await draft('mayor', { title: 'Waits' });
    const who = ['mayor', 'deputy', 'north', 'south', 'north-hall'];
    const waits = async () => {
      const inboxes = await Promise.all(who.map((each) => stage.inbox(each)));
      return inboxes.map((inbox) => inbox.find((line) => line.endsWith(' Waits')) ?? '');
    };
    expect(await waits()).toEqual(['issue Waits', 'issue Waits', '', '', '']);
    await stage.act('mayor', id, 'issue');
    // the mayor might sign as well, but it is he who waits for it
    expect(await waits()).toEqual(['', '', 'sign Waits', '', 'sign Waits']);
    await stage.act('north-hall', id, 'sign');
    await stage.act('north-hall', id, 'feedback');
    expect(await waits()).toEqual(['accept Waits', 'accept Waits', '', '', '']);
    await stage.act('deputy', id, 'accept');
    expect(await waits()).toEqual(['', '', '', '', '']);
  });

  it('tells of limits that pass, again and again but not for ever, and keeps what was done', async () => {
    const { id } = await draft('mayor');
    await stage.act('mayor', id, 'issue');
    await stage.until('03-10 17:00');
    expect((await stage.detail('mayor', id)).escalations).toBe(0);
    await stage.until('03-10 17:01');
    expect(await stage.detail('mayor', id)).toMatchObject({ escalations: 1, state: 'issued' });
    expect((await stage.list('mayor', '?late=true')).map((each) => each.id)).toContain(id);
    for (const day of ['03-13 09:00', '03-18 09:00', '03-25 09:00']) await stage.until(day);
    const { history } = await stage.detail('mayor', id);
    expect(history.filter(({ act }) => act === 'escalate').map(({ by }) => by)).toEqual([null, null, null]);
    const seen = { act: 'hurry', seen: history.length - 1, note: 'now' };
    expect(await stage.ask('mayor', 'POST', `/api/matters/${id}/acts`, seen)).toBe('CONFLICT');
    await expect(stage.db.query('UPDATE matter_act SET note = $1', ['other'])).rejects.toThrow('never changed');
    await expect(stage.db.query('DELETE FROM matter_act')).rejects.toThrow('never changed');
  });

  it('lets a citizen complain without an account, follow it and rate the reply', async () => {
    const { number } = await stage.ask<{ number: string }>(null, 'POST', '/api/public/voices', complaint);
    const follow = () => stage.ask<PublicMatter>(null, 'GET', `/api/public/voices/${number.toLowerCase()}`);
    expect(await follow()).toMatchObject({ state: 'registered', mayRate: false });
    const [found] = await stage.list('north', '?kinds=complaint');
    expect(await stage.list('south', '?kinds=complaint')).toEqual([]);
    const id = found!.id;
    expect((await stage.detail('north', id)).contact).toBe('555-0147');
    const [stored] = await stage.db.query<{ contact: Buffer }>('SELECT contact FROM matter WHERE id = $1', [id]);
    expect(stored!.contact.includes('555-0147')).toBe(false);

    expect(await stage.act('north', id, 'assign', { departmentId: 'tax-south' })).toBe('REQUEST_INVALID');
    expect(await stage.act('north', id, 'assign', { departmentId: 'tax-north', note: 'do not tell' })).toBe('assigned');
    expect(await stage.act('north-hall', id, 'reply', { note: 'Sorry', verdict: 'upheld' })).toBe('replied');
    const answered = await follow();
    expect(answered).toMatchObject({ mayRate: true });
    expect(answered.history.map(({ act, note }) => [act, note])).toEqual([
      ['make', ''],
      ['assign', ''],
      ['reply', 'Sorry'],
    ]);
    expect(JSON.stringify(answered)).not.toMatch(/north-hall|do not tell|555/);
    const rating = `/api/public/voices/${number}/rating`;
    expect(await stage.ask(null, 'POST', rating, { rating: 1 })).toMatchObject({
      state: 'unsatisfied',
      mayRate: false,
    });
    expect(await stage.ask(null, 'POST', rating, { rating: 5 })).toBe('MATTER_ACT_REFUSED');
    expect(await stage.act('north', id, 'return')).toBe('assigned');
    expect(await stage.act('north-hall', id, 'reply', { verdict: 'upheld' })).toBe('replied');
    expect(await stage.ask(null, 'POST', rating, { rating: 4 })).toMatchObject({ state: 'closed' });
  });

  it('tells a stranger nothing, and not too often', async () => {
    const url = '/api/public/voices/0000-0000-0000';
    expect(await stage.ask(null, 'GET', url)).toBe('NOT_FOUND');
    const { number } = await draft('mayor');
    expect(await stage.ask(null, 'GET', `/api/public/voices/${number}`)).toBe('REQUEST_INVALID');
    expect(await stage.ask(null, 'GET', '/api/matters')).toBe('SIGN_IN_REQUIRED');
    const answers = [];
    for (let i = 0; i < 40; i += 1) answers.push(await stage.ask(null, 'GET', url));
    expect(answers.at(-1)).toBe('RATE_LIMITED');
  });

  it('makes one matter of each bad rating in a hall, also of those that came while nobody listened', async () => {
    const rated = (id: string, score: number) => ({
      ...{ id, hallId: 'hall-south', windowId: 'w01' },
      body: { type: 'rating.submitted', score, tags: ['slow'] },
    });
    stage.event.emit(rated('r1', 1));
    stage.event.emit(rated('r1', 1));
    stage.event.emit(rated('r2', 3));
    await stage.ratings.settled();
    await stage.db.query(
      `INSERT INTO terminal_event (occurred_at, received_at, at, event_id, hall_id, kind, device_id, channel, type, session_id,
         seq, window_id, payload, backfilled, misdated)
       SELECT $1, $1, $1, id, 'hall-south', 'rater', 'd1', 'evt', 'rating.submitted', 's', 1, 'w02',
         jsonb_build_object('type', 'rating.submitted', 'score', score, 'tags', '[]'::jsonb), false, false
       FROM (VALUES ('r1', 1), ('r3', 2), ('r4', 5)) AS r (id, score)`,
      [new Date(stage.clock.now()).toISOString()],
    );
    const again = stage.openRatings();
    again.start();
    await again.settled();
    await again.stop();
    const reviews = await stage.list('south', '?kinds=review');
    expect(reviews.map(({ title, rating, subject }) => [title, rating, subject])).toEqual([
      ['02 ★★☆☆☆', 2, { of: 'event', id: 'r3' }],
      ['01 ★☆☆☆☆', 1, { of: 'event', id: 'r1' }],
    ]);
    const id = reviews[1]!.id;
    expect(await stage.act('south', id, 'verify')).toBe('genuine');
    expect(await stage.act('south', id, 'correct')).toBe('corrected');
    expect(await stage.act('mayor', id, 'call-back', { rating: 5 })).toBe('called-back');
    expect(await stage.act('mayor', id, 'close')).toBe('closed');
    expect(await stage.detail('south', id)).toMatchObject({ rating: 1, verdict: 'upheld' });
  });
});
