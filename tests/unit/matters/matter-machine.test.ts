import { describe, expect, it } from 'vitest';
import { isOver, matterLives, MatterKind, type MatterActName, type MatterState } from '#contract/matter-kinds.ts';
import { stepMatter, type MatterEvent } from '../../../server/features/matters/matter-machine.ts';

const everybody = ['office', 'addressee', 'citizen'] as const;
type Said = Partial<MatterEvent> & { act: MatterActName };

/** Where a matter is after these acts, or the code of the first that was refused. */
function after(kind: MatterKind, ...acts: (MatterActName | Said)[]): string {
  let state: MatterState = matterLives[kind].first;
  const done: { act: MatterActName; by: string | null }[] = [];
  for (const each of acts) {
    const said: Said = typeof each === 'string' ? { act: each } : each;
    const event = {
      by: `who ${said.act}s`,
      sides: everybody,
      note: 'words',
      verdict: 'upheld',
      departmentId: 'tax',
      ...said,
    };
    const stepped = stepMatter({ kind, state }, event, (act) => done.findLast((one) => one.act === act)?.by);
    if (!stepped.ok) return stepped.code;
    state = stepped.state;
    done.push({ act: said.act, by: event.by });
  }
  return state;
}

describe('the life of a matter', () => {
  it('takes an order from its draft over a returned feedback to its close', () => {
    expect(after('order', 'issue', 'sign', 'report', 'feedback', 'return', 'feedback', 'accept')).toBe('closed');
    expect(after('order', 'issue', 'hurry')).toBe('issued');
    expect(after('order', 'sign')).toBe('MATTER_ACT_REFUSED');
    expect(after('order', 'issue', 'sign', 'feedback', 'accept', 'withdraw')).toBe('MATTER_ACT_REFUSED');
  });

  it('takes two people: nobody signs for his own order, or judges his own feedback, reply or dispute', () => {
    const li = (act: MatterActName) => ({ act, by: 'li' });
    expect(after('order', li('issue'), li('sign'))).toBe('MATTER_SAME_PERSON');
    expect(after('order', 'issue', 'sign', li('feedback'), li('accept'))).toBe('MATTER_SAME_PERSON');
    expect(after('complaint', 'assign', li('reply'), li('close'))).toBe('MATTER_SAME_PERSON');
    expect(after('review', li('dispute'), li('uphold-dispute'))).toBe('MATTER_SAME_PERSON');
    // of two replies the last one counts
    expect(after('complaint', 'assign', li('reply'), 'return', 'reply', li('close'))).toBe('closed');
  });

  it('asks each side for its own acts, and for the words that belong to them', () => {
    expect(after('order', { act: 'issue', sides: ['addressee'] })).toBe('FORBIDDEN');
    expect(after('complaint', 'assign', { act: 'reply', sides: ['office'] })).toBe('FORBIDDEN');
    expect(after('complaint', 'assign', { act: 'reply', note: '' })).toBe('REQUEST_INVALID');
    expect(after('complaint', 'assign', { act: 'reply', verdict: undefined })).toBe('REQUEST_INVALID');
    expect(after('complaint', { act: 'assign', departmentId: undefined })).toBe('REQUEST_INVALID');
    expect(after('review', 'verify', 'correct', 'call-back')).toBe('REQUEST_INVALID');
  });

  it('closes with a citizen who is content, and is looked at again with one who is not', () => {
    expect(after('complaint', 'accept', 'assign', 'reply', { act: 'rate', rating: 4 })).toBe('closed');
    expect(after('complaint', 'assign', 'reply', { act: 'rate', rating: 1 })).toBe('unsatisfied');
    expect(after('complaint', 'assign', 'reply', { act: 'rate', rating: 1 }, 'return', 'reply')).toBe('replied');
    expect(after('enquiry', 'reply')).toBe('closed');
    expect(after('enquiry', 'reply', { act: 'rate', rating: 2 }, 'reopen', 'reply')).toBe('closed');
  });

  it('verifies, corrects and calls back about each bad review, or finds that it was none', () => {
    expect(after('review', 'verify', 'correct', { act: 'call-back', rating: 5 }, 'close')).toBe('closed');
    expect(after('review', 'verify', 'correct', { act: 'call-back', rating: 1 }, 'reopen')).toBe('genuine');
    expect(after('review', 'verify', 'dispute', 'uphold-dispute')).toBe('dismissed');
    expect(after('review', 'dispute', 'reject-dispute')).toBe('genuine');
    expect(after('review', 'correct')).toBe('MATTER_ACT_REFUSED');
  });

  it.each(MatterKind.options)('%s: every state is reached, and what is not over can go on', (kind) => {
    const { first, steps } = matterLives[kind];
    const reached = new Set<MatterState>([first]);
    // a set that grows while it is walked hands out what was added
    for (const state of reached) {
      for (const [act, step] of Object.entries(steps)) {
        if (!step.from.includes(state)) continue;
        reached.add(step.to ?? state);
        if (act === 'rate') reached.add('unsatisfied').add('closed');
      }
    }
    const named = Object.values(steps).flatMap(({ from, to }) => [...from, ...(to ? [to] : [])]);
    expect([...new Set(named)].filter((state) => !reached.has(state))).toEqual([]);
    for (const state of reached) {
      const goesOn = Object.values(steps).some(
        ({ by, from, to }) => by !== 'citizen' && to && to !== state && from.includes(state),
      );
      expect({ state, goesOn }).toEqual({ state, goesOn: !isOver(kind, state) });
    }
  });
});
