import { Emitter } from '#lib/emitter.ts';

/** What a camera notices by itself. */
export type TriggerKind = 'motion' | 'tamper' | 'digital-input';

/** One property of the camera and its state (ONVIF Core 9.4). */
export interface CameraProperty {
  topic: string;
  /** Name and value of each item. */
  source: readonly (readonly [string, string])[];
  data: readonly [string, string];
}

export const INPUTS = ['DigitalInput_1', 'DigitalInput_2'] as const;
export const RELAYS = ['RelayOutput_1', 'RelayOutput_2'] as const;
const VIDEO_SOURCE = ['VideoSourceConfigurationToken', 'VideoSourceToken'] as const;

const rule = (name: string) =>
  [VIDEO_SOURCE, ['VideoAnalyticsConfigurationToken', 'Analytics_1'], ['Rule', name]] as const;

/** The states of a camera that somebody may want to hear of. Setting what is so already says nothing. */
export class EventBoard {
  readonly changed = new Emitter<CameraProperty>();
  readonly #states = new Map<string, { state: boolean; property: CameraProperty }>();

  constructor() {
    this.motion(false);
    this.tamper(false);
    for (const token of INPUTS) this.input(token, false);
    for (const token of RELAYS) this.relay(token, false);
  }

  trigger(kind: TriggerKind, active: boolean): void {
    if (kind === 'motion') this.motion(active);
    else if (kind === 'tamper') this.tamper(active);
    else this.input(INPUTS[0], active);
  }

  motion(active: boolean): void {
    this.#set('motion', active, {
      topic: 'tns1:RuleEngine/CellMotionDetector/Motion',
      source: rule('MotionDetector'),
      data: ['IsMotion', String(active)],
    });
  }

  tamper(active: boolean): void {
    this.#set('tamper', active, {
      topic: 'tns1:RuleEngine/TamperDetector/Tamper',
      source: rule('TamperDetector'),
      data: ['IsTamper', String(active)],
    });
  }

  input(token: string, active: boolean): void {
    this.#set(token, active, {
      topic: 'tns1:Device/Trigger/DigitalInput',
      source: [['InputToken', token]],
      data: ['LogicalState', String(active)],
    });
  }

  relay(token: string, active: boolean): void {
    this.#set(token, active, {
      topic: 'tns1:Device/Trigger/Relay',
      source: [['RelayToken', token]],
      data: ['LogicalState', active ? 'active' : 'inactive'],
    });
  }

  isActive(key: string): boolean {
    return this.#states.get(key)?.state ?? false;
  }

  /** Everything as it is now. */
  all(): CameraProperty[] {
    return [...this.#states.values()].map(({ property }) => property);
  }

  #set(key: string, state: boolean, property: CameraProperty): void {
    const known = this.#states.get(key);
    if (known?.state === state) return;
    this.#states.set(key, { state, property });
    if (known) this.changed.emit(property);
  }
}
