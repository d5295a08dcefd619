import { INPUTS, RELAYS } from '../device/event-board.ts';
import type { OnvifCamera, Operations } from './operation.ts';
import { serviceCapabilities } from './services.ts';
import { SoapFault, textOf } from './soap.ts';

/** Relay outputs and digital inputs (ONVIF Device IO 5); the older device service has the relays too, in its own words. */
export function deviceIoOperations({ board }: OnvifCamera, prefix: 'tds' | 'tmd'): Operations {
  const isKnown = (token: string) => (RELAYS as readonly string[]).includes(token);
  const output = (token: string) =>
    `<${prefix}:RelayOutputs token="${token}"><tt:Properties><tt:Mode>Bistable</tt:Mode><tt:DelayTime>PT0S</tt:DelayTime>` +
    `<tt:IdleState>open</tt:IdleState></tt:Properties></${prefix}:RelayOutputs>`;
  const relays: Operations = {
    GetRelayOutputs: {
      answer: () =>
        `<${prefix}:GetRelayOutputsResponse>${RELAYS.map(output).join('')}</${prefix}:GetRelayOutputsResponse>`,
    },
    SetRelayOutputState: {
      answer: (request) => {
        const token = textOf(request.RelayOutputToken);
        const state = textOf(request.LogicalState);
        if (!isKnown(token)) throw new SoapFault('Sender', ['ter:InvalidArgVal', 'ter:RelayToken'], 'No such relay');
        if (!/^(in)?active$/.test(state)) throw new SoapFault('Sender', ['ter:InvalidArgVal'], 'No such state');
        board.relay(token, state === 'active');
        return `<${prefix}:SetRelayOutputStateResponse/>`;
      },
    },
  };
  if (prefix === 'tds') return relays;
  return {
    ...relays,
    GetServiceCapabilities: {
      beforeAuthentication: true,
      answer: () =>
        `<tmd:GetServiceCapabilitiesResponse>${serviceCapabilities.tmd}</tmd:GetServiceCapabilitiesResponse>`,
    },
    GetDigitalInputs: {
      answer: () => {
        const inputs = INPUTS.map((token) => `<tmd:DigitalInputs token="${token}" IdleState="open"/>`).join('');
        return `<tmd:GetDigitalInputsResponse>${inputs}</tmd:GetDigitalInputsResponse>`;
      },
    },
  };
}
