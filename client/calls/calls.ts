import { computed, ref, shallowRef, watch } from 'vue';
import { defineStore } from 'pinia';
import type { Alert } from '#contract/alerts.ts';
import type { Severity } from '#contract/ids.ts';
import { useLive } from '../api/live.ts';
import { CallWatch } from './call-watch.ts';
import { playTones } from './tones.ts';

const STORAGE_KEY = 'hallwatch.calls';
interface Wishes {
  sound: boolean;
  volume: number;
  notifications: boolean;
}
const otherwise: Wishes = { sound: true, volume: 0.7, notifications: false };

function stored(): Wishes {
  try {
    return { ...otherwise, ...(JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}') as Partial<Wishes>) };
  } catch {
    return otherwise;
  }
}

/**
 * Alerts call in this browser: by a sound for each severity and, where it is wanted and the page is not seen, by a notification.
 * Wishes are kept on this machine. Browsers let nothing sound before the first click or key: until then `sound` is blocked.
 */
export const useCalls = defineStore('calls', () => {
  const live = useLive();
  const wishes = ref(stored());
  const context = shallowRef<AudioContext | null>(null);
  const running = ref(false);
  const permission = ref(typeof Notification === 'undefined' ? 'denied' : Notification.permission);
  const sound = computed(() => (wishes.value.sound ? (running.value ? 'on' : 'blocked') : 'off'));
  watch(wishes, (now) => localStorage.setItem(STORAGE_KEY, JSON.stringify(now)), { deep: true });

  /** Only what a person does lets a page sound. */
  function unlock(): void {
    if (!wishes.value.sound) return;
    if (!context.value) {
      context.value = new AudioContext();
      context.value.addEventListener('statechange', () => (running.value = context.value?.state === 'running'));
    }
    void context.value.resume().then(() => (running.value = context.value?.state === 'running'));
  }

  function play(severity: Severity): void {
    if (wishes.value.sound && context.value && running.value) playTones(context.value, severity, wishes.value.volume);
  }

  function notify(alert: Alert, words: Words): void {
    const wanted = wishes.value.notifications && permission.value === 'granted';
    if (!wanted || !(document.hidden || !document.hasFocus())) return;
    const { title, body } = words.text(alert);
    const told = new Notification(title, { body, tag: alert.id, requireInteraction: alert.severity === 'red' });
    told.onclick = () => {
      window.focus();
      told.close();
      words.open(alert);
    };
  }

  /** Listens to the alerts of the wall until the returned function is called. */
  function start(words: Words): () => void {
    const calling = new CallWatch();
    const look = (fresh: readonly Alert[]) => {
      const severity = calling.sound(fresh, live.alerts.values(), performance.now());
      if (severity) play(severity);
    };
    const stopWatching = watch(
      () => [...live.alerts.values()],
      (alerts) => {
        if (!live.connected) return;
        const fresh = calling.fresh(alerts);
        look(fresh);
        for (const alert of fresh) notify(alert, words);
      },
    );
    const stopTicking = watch(
      () => live.now,
      () => look([]),
    );
    // not on the press: what changes under the pointer then takes the click away
    document.addEventListener('click', unlock, true);
    document.addEventListener('keydown', unlock);
    return () => {
      stopWatching();
      stopTicking();
      document.removeEventListener('click', unlock, true);
      document.removeEventListener('keydown', unlock);
    };
  }

  /** Asks the browser; what it answers holds for this site until the person changes it there. */
  async function wantNotifications(want: boolean): Promise<void> {
    if (want && permission.value === 'default') permission.value = await Notification.requestPermission();
    wishes.value.notifications = want && permission.value === 'granted';
  }

  return { wishes, sound, permission, start, unlock, play, wantNotifications };
});

/** How an alert is told, and where a click on it leads. */
export interface Words {
  text: (alert: Alert) => { title: string; body: string };
  open: (alert: Alert) => void;
}
