import { randomInt } from 'node:crypto';
import { monotonicFactory } from 'ulid';
import type { InboxItem } from '#contract/inbox.ts';
import { matterLives, type MatterActName, type Side } from '#contract/matter-kinds.ts';
import type {
  Matter,
  MatterAct,
  MatterActInput,
  MatterDetail,
  MattersAnswer,
  MattersQuery,
  OrderInput,
} from '#contract/matters.ts';
import { ReviewInput, VoiceInput, OrderInput as OrderForm } from '#contract/matters.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { DueLoop } from '#lib/due-loop.ts';
import type { Logger } from '#lib/logger.ts';
import type { Rights } from '#lib/rights.ts';
import { SecretBox } from '#lib/secret-box.ts';
import type { Database } from '../../db/database.ts';
import { stepMatter } from './matter-machine.ts';
import { MatterRows, type StoredMatter } from './matter-rows.ts';
import type { DepartmentsPort, LimitsPort, PlacesPort } from './ports.ts';
import { waitingMatters } from './waiting.ts';
import { officeOf, sidesOf } from './sides.ts';

export interface MattersDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  secret: Buffer;
  halls: PlacesPort;
  departments: DepartmentsPort;
  limits: LimitsPort;
}

/** Who acts: an account with its rights, or somebody outside. */
export interface Actor {
  username: string | null;
  sides: readonly Side[];
}

/** Working days after which a limit that has passed is told again, and how often it is. */
const ESCALATE_EVERY = 2;
const MAX_ESCALATIONS = 3;
const BATCH = 100;
/** Crockford's, without letters that are taken for others. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Orders, complaints, enquiries and bad reviews: made, handled in turns, and hurried when a limit passes. */
export class MattersService {
  readonly #deps: MattersDeps;
  readonly #box: SecretBox;
  readonly #nextId = monotonicFactory();
  readonly #loop: DueLoop;

  constructor(deps: MattersDeps) {
    this.#deps = deps;
    this.#box = new SecretBox(deps.secret, 'contact of a citizen');
    this.#loop = new DueLoop({
      clock: deps.clock,
      tick: () => this.#tick(),
      earliest: () => new MatterRows(deps.db).earliest(),
      failed: (_error, reason) => deps.log.warn({ reason }, 'limits of matters not looked at, again soon'),
    });
  }

  start(): void {
    this.#loop.start();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Resolves when nothing is due that was known at the call. */
  settled(): Promise<void> {
    return this.#loop.settled();
  }

  list(query: MattersQuery, rights: Rights): Promise<MattersAnswer> {
    return new MatterRows(this.#deps.db).list(query, rights.within('matter.view'), iso(this.#deps.clock.now()));
  }

  waiting(rights: Rights): Promise<InboxItem[]> {
    return waitingMatters(this.#deps.db, rights);
  }

  /** Throws NOT_FOUND, also for what lies outside of the duty of who asks. */
  async detail(id: string, rights: Rights): Promise<MatterDetail> {
    const rows = new MatterRows(this.#deps.db);
    const stored = await rows.byId(id);
    if (!stored || !this.#sees(rights, stored)) throw new AppError('NOT_FOUND', id);
    const [history, children] = await Promise.all([rows.history(id), rows.children(id)]);
    const sides = sidesOf(rights, stored);
    const contact = stored.contact && sides.length > 0 ? this.#box.open(stored.contact, id) : null;
    return { ...matterOf(stored), history, children, contact, sides };
  }

  /** Drafts an order. Throws REQUEST_INVALID for whom he gives no orders. */
  async order(input: OrderInput, rights: Rights, by: string): Promise<Matter> {
    const { clock, db, departments, halls } = this.#deps;
    const { to, ...given } = OrderForm.parse(input);
    const department = to.of === 'department' ? departments.department(to.id) : undefined;
    const regionId = to.of === 'region' ? to.id : department?.regionId;
    const office = regionId === undefined ? undefined : officeOf(rights, regionId, halls.regions());
    // where he gives no orders there is nobody to him
    if (!office || regionId === undefined)
      throw new AppError('REQUEST_INVALID', [{ path: 'to', message: `no orders to ${to.of} ${to.id}` }]);
    if (given.parentId !== null) await this.detail(given.parentId, rights);
    const number = await new MatterRows(db).nextOrderNumber(new Date(clock.now()).getUTCFullYear());
    const order = await this.#make({
      ...{ ...given, kind: 'order', number, regionId, fromRegionId: office.regionId, madeBy: by },
      ...{ hallId: department?.hallId ?? null, departmentId: department?.id ?? null },
    });
    return order!;
  }

  /** A complaint or an enquiry; `by` null: by a citizen himself. Throws REQUEST_INVALID for a hall that is not there. */
  async voice(input: VoiceInput, by: string | null): Promise<Matter> {
    const { contact, ...given } = VoiceInput.parse(input);
    const regionId = this.#regionOf(given.hallId);
    return (await this.#make({ ...given, number: trackNumber(), regionId, madeBy: by, contact }))!;
  }

  /** A bad review; `event` is the rating in the hall that it comes from. Null where that is a matter already. */
  async review(input: ReviewInput, by: string | null, event?: string): Promise<Matter | null> {
    const given = ReviewInput.parse(input);
    return this.#make({
      ...{
        ...given,
        kind: 'review' as const,
        number: trackNumber(),
        regionId: this.#regionOf(given.hallId),
        madeBy: by,
      },
      subject: event === undefined ? null : { of: 'event', id: event },
    });
  }

  /** A person acts. Throws NOT_FOUND, CONFLICT where somebody else acted since, and what the machine refuses. */
  async act(id: string, input: MatterActInput, rights: Rights, by: string): Promise<MatterDetail> {
    await this.#act(id, input, (matter) => {
      if (!this.#sees(rights, matter)) throw new AppError('NOT_FOUND', id);
      return { username: by, sides: sidesOf(rights, matter) };
    });
    return this.detail(id, rights);
  }

  /** What a citizen sees by his number. Throws NOT_FOUND. */
  async tracked(number: string): Promise<{ matter: Matter; history: MatterAct[] }> {
    const rows = new MatterRows(this.#deps.db);
    const id = await rows.idOf(number);
    const stored = id === undefined ? undefined : await rows.byId(id);
    if (!stored || (stored.kind !== 'complaint' && stored.kind !== 'enquiry')) throw new AppError('NOT_FOUND', number);
    return { matter: matterOf(stored), history: await rows.history(stored.id) };
  }

  /** A citizen says whether he is content; once for each reply. Throws NOT_FOUND, MATTER_ACT_REFUSED. */
  async rate(number: string, { rating, note }: { rating: number; note: string }): Promise<void> {
    const { matter } = await this.tracked(number);
    if (matter.rating !== null) throw new AppError('MATTER_ACT_REFUSED', 'rated already');
    await this.#act(matter.id, { act: 'rate', seen: matter.acts, note, rating }, () => ({
      username: null,
      sides: ['citizen'],
    }));
  }

  async #act(
    id: string,
    input: Omit<MatterActInput, 'act'> & { act: MatterActName },
    actorOf: (matter: StoredMatter) => Actor,
  ): Promise<void> {
    const { clock, db, log } = this.#deps;
    await db.transaction(async (inside) => {
      const rows = new MatterRows(inside);
      const matter = await rows.byId(id, true);
      if (!matter) throw new AppError('NOT_FOUND', id);
      const { username, sides } = actorOf(matter);
      if (matter.acts !== input.seen) throw new AppError('CONFLICT', `${matter.acts} acts, not ${input.seen}`);
      const history = await rows.history(id);
      const stepped = stepMatter(matter, { ...input, by: username, sides }, (act) => lastBy(history, act));
      if (!stepped.ok) throw new AppError(stepped.code, stepped.why);
      const now = clock.now();
      const place = input.departmentId === undefined ? {} : this.#placeOf(input.departmentId, matter);
      const next = { ...matter, ...place, state: stepped.state };
      if (stepped.over) Object.assign(next, { dueAt: null, nextDueAt: null });
      else if (stepped.owed !== undefined) {
        const days = stepped.owed === 'reply' ? matter.replyDays : stepped.owed;
        const dueAt = this.#deadline(next, now, days);
        Object.assign(next, { dueAt, nextDueAt: dueAt });
      }
      next.closedAt = stepped.over ? iso(now) : null;
      next.verdict = input.verdict ?? (input.act === 'verify' ? 'upheld' : matter.verdict);
      // a bad review keeps the score that it is about
      if (matter.kind !== 'review') next.rating = input.act === 'rate' ? input.rating! : repliedAnew(input.act, matter);
      await rows.save(next);
      await rows.addAct(id, { ...actOf(input), seq: matter.acts + 1, at: iso(now), by: username });
    });
    log.info({ matterId: id, act: input.act }, 'matter acted upon');
    this.#loop.poke();
  }

  /** Null where there is one of this event already. */
  async #make(given: NewMatter): Promise<Matter | null> {
    const { clock, db, log } = this.#deps;
    const now = clock.now();
    const id = this.#nextId(now);
    const { contact = '', ...rest } = given;
    const { first, owed } = matterLives[given.kind];
    const place = { hallId: given.hallId, regionId: given.regionId };
    const dueAt = owed === undefined ? null : this.#deadline(place, now, owed);
    const matter: StoredMatter = {
      ...{
        windowId: null,
        departmentId: null,
        fromRegionId: null,
        subject: null,
        parentId: null,
        replyDays: 0,
        rating: null,
      },
      ...rest,
      ...{ id, state: first, verdict: null, acts: 1, madeAt: iso(now), dueAt, nextDueAt: dueAt, escalations: 0 },
      ...{ closedAt: null, contact: contact === '' ? null : this.#box.seal(contact, id) },
    };
    const added = await db.transaction(async (inside) => {
      const rows = new MatterRows(inside);
      if (!(await rows.add(matter))) return false;
      await rows.addAct(id, { ...actOf({ act: 'make', note: '' }), seq: 1, at: matter.madeAt, by: matter.madeBy });
      return true;
    });
    if (!added) return null;
    log.info({ matterId: id, kind: matter.kind }, 'matter made');
    this.#loop.poke();
    return matterOf(matter);
  }

  /** Whoever owes something and let its limit pass is told, and those above him; again every two working days. */
  async #tick(): Promise<boolean> {
    const { clock, db } = this.#deps;
    const now = clock.now();
    return db.transaction(async (inside) => {
      const rows = new MatterRows(inside);
      const due = await rows.due(iso(now), BATCH);
      for (const matter of due) {
        const escalations = matter.escalations + 1;
        const nextDueAt = escalations < MAX_ESCALATIONS ? this.#deadline(matter, now, ESCALATE_EVERY) : null;
        await rows.save({ ...matter, escalations, nextDueAt });
        await rows.addAct(matter.id, {
          ...actOf({ act: 'escalate', note: '' }),
          ...{ seq: matter.acts + 1, at: iso(now), by: null },
        });
      }
      return due.length === BATCH;
    });
  }

  #sees(rights: Rights, matter: Matter): boolean {
    return rights.mayAt('matter.view', matter) || sidesOf(rights, matter).length > 0;
  }

  #deadline(place: { hallId: string | null; regionId: string }, from: number, days: number): string | null {
    const at = this.#deps.limits.deadline(place, from, days);
    return at === null ? null : iso(at);
  }

  #placeOf(departmentId: string, { hallId, regionId }: Matter): Partial<Matter> {
    const department = this.#deps.departments.department(departmentId);
    // a complaint does not leave the hall that it is about
    if (!department || (department.hallId ?? hallId) !== hallId || department.regionId !== regionId)
      throw new AppError('REQUEST_INVALID', [{ path: 'departmentId', message: `no department ${departmentId} here` }]);
    return { departmentId };
  }

  #regionOf(hallId: string): string {
    const hall = this.#deps.halls.get(hallId);
    if (!hall) throw new AppError('REQUEST_INVALID', [{ path: 'hallId', message: `no hall ${hallId}` }]);
    return hall.regionId;
  }
}

type NewMatter = Pick<Matter, 'kind' | 'number' | 'title' | 'text' | 'regionId' | 'hallId' | 'madeBy'> &
  Partial<
    Pick<Matter, 'windowId' | 'departmentId' | 'fromRegionId' | 'subject' | 'parentId' | 'replyDays' | 'rating'>
  > & {
    contact?: string;
  };

function matterOf({ contact: _contact, nextDueAt: _next, ...matter }: StoredMatter): Matter {
  return matter;
}

function actOf(
  input: Omit<MatterActInput, 'act' | 'seen'> & { act: MatterActName },
): Omit<MatterAct, 'seq' | 'at' | 'by'> {
  const { act, note, verdict = null, rating = null, departmentId = null } = input;
  return { act, note, verdict, rating, departmentId };
}

function lastBy(history: readonly MatterAct[], act: MatterActName): string | null | undefined {
  return history.findLast((each) => each.act === act)?.by;
}

/** Another reply may be rated anew. */
function repliedAnew(act: MatterActName, { rating }: Matter): number | null {
  return act === 'reply' ? null : rating;
}

function trackNumber(): string {
  const group = () => Array.from({ length: 4 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return [group(), group(), group()].join('-');
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
