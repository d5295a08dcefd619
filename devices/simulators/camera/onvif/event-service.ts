import { EVENTS_PATH, SUBSCRIPTION_PATH } from './identity.ts';
import { durationMs, type OnvifCamera, type Operations } from './operation.ts';
import { serviceCapabilities } from './services.ts';
import { escapeXml, namespaceOf, SoapFault, textOf } from './soap.ts';
import type { Notification } from './subscriptions.ts';

const EVENTS = 'http://www.onvif.org/ver10/events/wsdl';
const MANAGER = 'http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager';
const DIALECT = 'http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet';
const DEFAULT_LEASE_MS = 60_000;
const LONGEST_LEASE_MS = 600_000;
const LONGEST_PULL_MS = 60_000;
const MOST_MESSAGES = 100;

const noTopic = (name: string, item: string, type: string) =>
  `<${name} wstop:topic="true"><tt:MessageDescription IsProperty="true"><tt:Source>` +
  `<tt:SimpleItemDescription Name="${item}" Type="tt:ReferenceToken"/></tt:Source><tt:Data>` +
  `<tt:SimpleItemDescription Name="${type}" Type="xs:boolean"/></tt:Data></tt:MessageDescription></${name}>`;

/** ONVIF Core 9: the event service, and the subscriptions that it makes. */
export function eventOperations({ subscriptions, now, origin }: OnvifCamera): {
  service: Operations;
  subscription: Operations;
} {
  const instant = (epochMs: number) => new Date(epochMs).toISOString();
  const gone = () => new SoapFault('Receiver', ['ter:InvalidArgVal'], 'There is no such subscription');
  const idOf = (address: string) => address.slice(SUBSCRIPTION_PATH.length);
  /** A duration, or an instant by the camera's clock (WS-BaseNotification 4.2). */
  const leaseOf = (text: string) => {
    const asked = /^P/.test(text) ? durationMs(text, DEFAULT_LEASE_MS) : Date.parse(text) - now();
    return Math.min(LONGEST_LEASE_MS, asked > 0 ? asked : DEFAULT_LEASE_MS);
  };
  return {
    service: {
      GetServiceCapabilities: {
        beforeAuthentication: true,
        action: `${EVENTS}/EventPortType/GetServiceCapabilitiesResponse`,
        answer: () =>
          `<tev:GetServiceCapabilitiesResponse>${serviceCapabilities.tev}</tev:GetServiceCapabilitiesResponse>`,
      },
      GetEventProperties: {
        action: `${EVENTS}/EventPortType/GetEventPropertiesResponse`,
        answer: () =>
          '<tev:GetEventPropertiesResponse><tev:TopicNamespaceLocation>http://www.onvif.org/onvif/ver10/topics/topicns.xml' +
          '</tev:TopicNamespaceLocation><wsnt:FixedTopicSet>true</wsnt:FixedTopicSet>' +
          '<wstop:TopicSet xmlns:xs="http://www.w3.org/2001/XMLSchema">' +
          '<tns1:RuleEngine><CellMotionDetector>' +
          noTopic('Motion', 'VideoSourceConfigurationToken', 'IsMotion') +
          '</CellMotionDetector><TamperDetector>' +
          noTopic('Tamper', 'VideoSourceConfigurationToken', 'IsTamper') +
          '</TamperDetector></tns1:RuleEngine><tns1:Device><Trigger>' +
          noTopic('DigitalInput', 'InputToken', 'LogicalState') +
          noTopic('Relay', 'RelayToken', 'LogicalState') +
          '</Trigger></tns1:Device></wstop:TopicSet>' +
          `<wsnt:TopicExpressionDialect>${DIALECT}</wsnt:TopicExpressionDialect>` +
          '<tev:MessageContentFilterDialect>http://www.onvif.org/ver10/tev/messageContentFilter/ItemFilter' +
          '</tev:MessageContentFilterDialect><tev:MessageContentSchemaLocation>' +
          'http://www.onvif.org/onvif/ver10/schema/onvif.xsd</tev:MessageContentSchemaLocation>' +
          '</tev:GetEventPropertiesResponse>',
      },
      CreatePullPointSubscription: {
        action: `${EVENTS}/EventPortType/CreatePullPointSubscriptionResponse`,
        answer: (request) => {
          const made = subscriptions.create(leaseOf(textOf(request.InitialTerminationTime)));
          if (!made) throw new SoapFault('Receiver', ['ter:Action'], 'Too many subscriptions');
          return (
            '<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference>' +
            `<wsa5:Address>${origin()}${SUBSCRIPTION_PATH}${made.id}</wsa5:Address></tev:SubscriptionReference>` +
            `<wsnt:CurrentTime>${instant(now())}</wsnt:CurrentTime>` +
            `<wsnt:TerminationTime>${instant(made.until)}</wsnt:TerminationTime></tev:CreatePullPointSubscriptionResponse>`
          );
        },
      },
    },
    subscription: {
      PullMessages: {
        action: `${EVENTS}/PullPointSubscription/PullMessagesResponse`,
        answer: async (request, address) => {
          const waitMs = Math.min(LONGEST_PULL_MS, durationMs(textOf(request.Timeout), LONGEST_PULL_MS));
          const limit = Math.min(MOST_MESSAGES, Number(textOf(request.MessageLimit)) || MOST_MESSAGES);
          const pulled = await subscriptions.pull(idOf(address), waitMs, limit);
          if (!pulled) throw gone();
          return (
            `<tev:PullMessagesResponse><tev:CurrentTime>${instant(now())}</tev:CurrentTime>` +
            `<tev:TerminationTime>${instant(pulled.until)}</tev:TerminationTime>` +
            `${pulled.notifications.map((item) => messageXml(item, origin())).join('')}</tev:PullMessagesResponse>`
          );
        },
      },
      SetSynchronizationPoint: {
        action: `${EVENTS}/PullPointSubscription/SetSynchronizationPointResponse`,
        answer: (_, address) => {
          if (!subscriptions.synchronise(idOf(address))) throw gone();
          return '<tev:SetSynchronizationPointResponse/>';
        },
      },
      Renew: {
        action: `${MANAGER}/RenewResponse`,
        answer: (request, address) => {
          const renewed = subscriptions.renew(idOf(address), leaseOf(textOf(request.TerminationTime)));
          if (!renewed) throw gone();
          return (
            `<wsnt:RenewResponse><wsnt:TerminationTime>${instant(renewed.until)}</wsnt:TerminationTime>` +
            `<wsnt:CurrentTime>${instant(now())}</wsnt:CurrentTime></wsnt:RenewResponse>`
          );
        },
      },
      Unsubscribe: {
        action: `${MANAGER}/UnsubscribeResponse`,
        answer: (_, address) => {
          if (!subscriptions.end(idOf(address))) throw gone();
          return '<wsnt:UnsubscribeResponse/>';
        },
      },
    },
  };
}

function messageXml({ topic, source, data, operation, at }: Notification, origin: string): string {
  const item = ([name, value]: readonly [string, string]) =>
    `<tt:SimpleItem Name="${name}" Value="${escapeXml(value)}"/>`;
  return (
    `<wsnt:NotificationMessage><wsnt:Topic Dialect="${DIALECT}">${topic}</wsnt:Topic>` +
    `<wsnt:ProducerReference><wsa5:Address>${origin}${EVENTS_PATH}</wsa5:Address></wsnt:ProducerReference>` +
    `<wsnt:Message><tt:Message UtcTime="${new Date(at).toISOString()}" PropertyOperation="${operation}">` +
    `<tt:Source>${source.map(item).join('')}</tt:Source><tt:Data>${item(data)}</tt:Data></tt:Message></wsnt:Message>` +
    '</wsnt:NotificationMessage>'
  );
}

/** The header of an answer that is bound to WS-Addressing. */
export function addressed(action: string, messageId: string): string {
  const relates = messageId === '' ? '' : `<wsa5:RelatesTo>${escapeXml(messageId)}</wsa5:RelatesTo>`;
  return `<wsa5:Action xmlns:wsa5="${namespaceOf('wsa5')}">${action}</wsa5:Action>${relates}`;
}
