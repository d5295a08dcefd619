import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { CustomFetch } from 'openid-client';
import type { CameraNetworks } from '#lib/camera-networks.ts';

/** A discovery document, keys, an answer of the token endpoint: a few KiB each. */
const MOST_BYTES = 512 * 1024;

/**
 * Asks a provider, in the networks that the owner of this machine has named and nowhere else: the address is looked up once
 * and connected to as looked up, redirections are not followed, and an answer is bounded.
 */
export function providerFetch(networks: CameraNetworks): CustomFetch {
  return (address, { method, headers, body, signal }) => {
    const url = new URL(address);
    networks.check(url.hostname);
    const ask = url.protocol === 'http:' ? httpRequest : httpsRequest;
    return new Promise((resolve, reject) => {
      const options = { method, headers, lookup: networks.lookup, agent: false, ...(signal && { signal }) };
      const request = ask(url, options, (answer) => void read(answer).then(resolve, reject));
      request.on('error', reject);
      // the library sends forms as text
      request.end(body === undefined || body === null ? undefined : String(body));
    });
  };
}

async function read(answer: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new Error(`an answer of more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  const headers = Object.entries(answer.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  const status = answer.statusCode ?? 502;
  const isEmpty = status === 204 || status === 304;
  return new Response(isEmpty ? null : Buffer.concat(chunks), { status, headers });
}
