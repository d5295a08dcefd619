import { expect, it } from 'vitest';
import { queryOf } from '../../../client/features/audit/questions.ts';

it('asks the audit by days of the house, wherever the browser stands', () => {
  const asked = { account: '', camera: 'door', from: '2026-03-31', until: '2026-03-31' };
  expect(Object.fromEntries(queryOf('all', asked, 'Asia/Shanghai')!)).toEqual({
    ...{ subjectKind: 'camera', subjectId: 'door' },
    ...{ from: '2026-03-30T16:00:00.000Z', until: '2026-03-31T16:00:00.000Z' },
  });
  expect(queryOf('person', asked, 'Asia/Shanghai')).toBeNull();
});
