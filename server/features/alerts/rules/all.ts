import type { RuleKind, RuleParams } from '#contract/alert-rules.ts';
import type { RuleLogic } from '../rule-logic.ts';
import { badReview } from './bad-review.ts';
import { cameraEvent } from './camera-event.ts';
import { cameraOffline } from './camera-offline.ts';
import { earlyClose } from './early-close.ts';
import { hallCrowding } from './hall-crowding.ts';
import { hallCutOff } from './hall-cut-off.ts';
import { idleWithQueue } from './idle-with-queue.ts';
import { lateFinishRate } from './late-finish-rate.ts';
import { longService } from './long-service.ts';
import { noShowRate } from './no-show-rate.ts';
import { outputDead } from './output-dead.ts';
import { pauseOverrun } from './pause-overrun.ts';
import { pictureFault } from './picture-fault.ts';
import { queueOverflow } from './queue-overflow.ts';
import { recordingGap } from './recording-gap.ts';
import { reviewAnomaly } from './review-anomaly.ts';
import { terminalOffline } from './terminal-offline.ts';
import { terminalSilent } from './terminal-silent.ts';
import { terminalSkew } from './terminal-skew.ts';
import { waitOvertime } from './wait-overtime.ts';
import { windowNeverOpened } from './window-never-opened.ts';
import { windowUnattended } from './window-unattended.ts';

/** Every kind of rule. A new one is a file here, its parameters in the contract, and its words. */
const ruleLogic: { readonly [Kind in RuleKind]: RuleLogic<RuleParams[Kind]> } = {
  'window-unattended': windowUnattended,
  'window-never-opened': windowNeverOpened,
  'early-close': earlyClose,
  'idle-with-queue': idleWithQueue,
  'pause-overrun': pauseOverrun,
  'long-service': longService,
  'wait-overtime': waitOvertime,
  'queue-overflow': queueOverflow,
  'hall-crowding': hallCrowding,
  'no-show-rate': noShowRate,
  'late-finish-rate': lateFinishRate,
  'bad-review': badReview,
  'review-anomaly': reviewAnomaly,
  'hall-cut-off': hallCutOff,
  'terminal-offline': terminalOffline,
  'terminal-silent': terminalSilent,
  'terminal-skew': terminalSkew,
  'camera-offline': cameraOffline,
  'picture-fault': pictureFault,
  'camera-event': cameraEvent,
  'recording-gap': recordingGap,
  'output-dead': outputDead,
};

/** What a rule of this kind does; its parameters must be those of the kind, as the contract holds them together. */
export function logicOf(kind: RuleKind): RuleLogic<unknown> {
  return ruleLogic[kind] as RuleLogic<unknown>;
}
