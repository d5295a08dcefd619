import dns from 'node:dns';
import net from 'node:net';
import { networkInterfaces } from 'node:os';
import { AppError } from './app-error.ts';

/** The private networks of RFC 1918 and RFC 4193, and the shared one of RFC 6598. Loopback and link-local are not in it. */
export const PRIVATE_NETWORKS: readonly string[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
];

/** Where clouds tell a machine its own secrets; no camera lives there, whatever network is named. */
const METADATA: readonly string[] = ['169.254.169.254', '100.100.100.200', 'fd00:ec2::254'];

/** Whether `text` is a network like `192.168.0.0/16`; a bare address is a network of one. */
export function isNetwork(text: string): boolean {
  return parseNetwork(text) !== null;
}

/**
 * Where cameras may live. An administrator of Hallwatch types addresses that the server then connects to; this keeps
 * those connections out of networks that the owner of the machine has not named. Judged is the address that is connected
 * to, never its name: a name may be answered differently a second later.
 */
export class CameraNetworks {
  readonly #named = new net.BlockList();
  readonly #metadata = new net.BlockList();
  readonly #ownAddresses: () => readonly string[];

  /** `ownAddresses`: those of this machine; what listens there is as internal as on loopback. */
  constructor(networks: readonly string[], ownAddresses: () => readonly string[] = addressesOfThisMachine) {
    this.#ownAddresses = ownAddresses;
    for (const text of networks) {
      const network = parseNetwork(text);
      if (!network) throw new AppError('CONFIG_INVALID', `${text} is no network`);
      this.#named.addSubnet(network.address, network.prefix, network.family);
    }
    for (const address of METADATA) this.#metadata.addAddress(address, net.isIPv6(address) ? 'ipv6' : 'ipv4');
  }

  /** Whether a camera may be at this IP address; false for anything that is none. */
  allows(text: string): boolean {
    const address = plain(text);
    const family = familyOf(address);
    if (!family || this.#metadata.check(address, family) || !this.#named.check(address, family)) return false;
    return this.#named.check('127.0.0.1', 'ipv4') || !this.#ownAddresses().some((own) => plain(own) === address);
  }

  /** For connections to an address that is no name: those ask for no `lookup`. @throws AppError CAMERA_ADDRESS_FORBIDDEN */
  check(host: string): void {
    if (net.isIP(bare(host)) !== 0 && !this.allows(bare(host))) throw forbidden(host);
  }

  /** The address that a connection to this host may use now. @throws AppError CAMERA_ADDRESS_FORBIDDEN, CAMERA_UNREACHABLE */
  resolve(host: string): Promise<string> {
    return new Promise((resolve, reject) => {
      if (net.isIP(bare(host)) !== 0) {
        this.check(host);
        return resolve(bare(host));
      }
      this.lookup(host, { all: false }, (error, address) => {
        if (!error) return resolve(String(address));
        reject(error instanceof AppError ? error : new AppError('CAMERA_UNREACHABLE', error.message, { cause: error }));
      });
    });
  }

  /** Looks names up for `net.connect` and `http.request`, and gives only addresses that are allowed. */
  readonly lookup: net.LookupFunction = (host, options, done) => {
    dns.lookup(host, { ...options, all: true }, (error, found) => {
      if (error) return done(error, '');
      const allowed = found.filter(({ address }) => this.allows(address));
      const first = allowed[0];
      if (!first) return done(forbidden(host, found[0]?.address), '');
      if (options.all) return done(null, allowed);
      done(null, first.address, first.family);
    });
  };
}

function forbidden(host: string, address?: string): AppError {
  const what = address === undefined || address === host ? bare(host) : `${host}, ${address}`;
  return new AppError('CAMERA_ADDRESS_FORBIDDEN', `${what} is in no network of HALLWATCH_CAMERA_NETWORKS`);
}

/** Without the brackets of a URL and the zone of a link-local address. */
function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
}

/** IPv4 in IPv6 clothes (`::ffff:7f00:1`, RFC 4291, 2.5.5.2) is IPv4. */
function plain(text: string): string {
  const address = bare(text);
  if (!net.isIPv6(address)) return address;
  const written = URL.parse(`http://[${address}]`)?.hostname.slice(1, -1) ?? address;
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(written) ?? [];
  if (high === undefined || low === undefined) return written;
  const bytes = [parseInt(high, 16), parseInt(low, 16)].flatMap((word) => [word >> 8, word & 255]);
  return bytes.join('.');
}

function familyOf(address: string): 'ipv4' | 'ipv6' | null {
  const version = net.isIP(address);
  return version === 0 ? null : version === 4 ? 'ipv4' : 'ipv6';
}

function parseNetwork(text: string): { address: string; prefix: number; family: 'ipv4' | 'ipv6' } | null {
  const [, address = '', digits] = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const family = familyOf(address);
  if (!family) return null;
  const most = family === 'ipv4' ? 32 : 128;
  const prefix = digits === undefined ? most : Number(digits);
  return prefix > most ? null : { address, prefix, family };
}

function addressesOfThisMachine(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) => list?.map(({ address }) => address) ?? []);
}
