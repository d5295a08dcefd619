import { HallTimetable } from '#contract/calendar.ts';
import { byField, checkForm, type Checked, type FieldMessage } from '../admin/form-errors.ts';
import { hoursText, readHours } from './hours-text.ts';

/** A timetable as it is typed: hours as texts, Monday first. */
export interface TimetableDraft {
  validFrom: string;
  weekly: string[];
  /** Empty: as on a Monday. */
  makeUp: string;
  holiday: string;
}

export interface HallHoursDraft {
  timetables: TimetableDraft[];
  days: { day: string; hours: string; note: string }[];
}

export function draftOf({ timetables, days }: HallTimetable): HallHoursDraft {
  return {
    timetables: timetables.map(({ validFrom, weekly, makeUp, holiday }) => ({
      validFrom,
      weekly: weekly.map(hoursText),
      makeUp: hoursText(makeUp ?? []),
      holiday: hoursText(holiday),
    })),
    days: days.map(({ day, hours, note }) => ({ day, hours: hoursText(hours), note })),
  };
}

/** What most halls begin with: weekdays nine to five with a rest at noon. */
export function blankTimetable(validFrom: string): TimetableDraft {
  const office = '09:00–12:00, 13:30–17:00';
  return { validFrom, weekly: [office, office, office, office, office, '', ''], makeUp: '', holiday: '' };
}

export function checkHours(draft: HallHoursDraft): Checked<HallTimetable> {
  const wrong: [string, FieldMessage][] = [];
  const read = (path: string, text: string) => {
    const hours = readHours(text);
    if (!hours) wrong.push([path, { key: 'hours', params: {} }]);
    return hours ?? [];
  };
  const value = {
    timetables: draft.timetables.map(({ validFrom, weekly, makeUp, holiday }, i) => ({
      validFrom,
      weekly: weekly.map((text, day) => read(`timetables.${i}.weekly.${day}`, text)),
      makeUp: makeUp.trim() === '' ? null : read(`timetables.${i}.makeUp`, makeUp),
      holiday: read(`timetables.${i}.holiday`, holiday),
    })),
    days: draft.days.map(({ day, hours, note }, i) => ({ day, hours: read(`days.${i}.hours`, hours), note })),
  };
  const checked = checkForm(HallTimetable, value);
  if (wrong.length === 0) return checked;
  return { ok: false, fields: { ...(checked.ok ? {} : checked.fields), ...byField(wrong) } };
}
