import { expect, it } from 'vitest';
import { placesOf } from '../../../server/features/cameras/onboarding/address.ts';

const path = 'onvif/device_service';

it.each([
  ['192.168.1.64', [80, 8000, 8080, 8899].map((port) => `http://192.168.1.64${port === 80 ? '' : `:${port}`}/${path}`)],
  [
    'camera-7.hall',
    [80, 8000, 8080, 8899].map((port) => `http://camera-7.hall${port === 80 ? '' : `:${port}`}/${path}`),
  ],
  ['fd00::7', [80, 8000, 8080, 8899].map((port) => `http://[fd00::7]${port === 80 ? '' : `:${port}`}/${path}`)],
  [' 192.168.1.64:80 ', [`http://192.168.1.64/${path}`]],
  ['192.168.1.64:2020', [`http://192.168.1.64:2020/${path}`]],
  ['[fd00::7]:2020', [`http://[fd00::7]:2020/${path}`]],
  ['192.168.1.64:8000/onvif/other', ['http://192.168.1.64:8000/onvif/other']],
  ['http://192.168.1.64', [`http://192.168.1.64/${path}`]],
  ['https://192.168.1.64/onvif/device', ['https://192.168.1.64/onvif/device']],
  ['rtsp://192.168.1.64/main', null],
  ['ftp://192.168.1.64', null],
  ['http://admin:pw@192.168.1.64', null],
  ['admin:pw@192.168.1.64', null],
  ['two words', null],
  ['', null],
])('%s is looked for at %j', (typed, places) => expect(placesOf(typed)).toEqual(places));
