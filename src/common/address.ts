import ipaddr from 'ipaddr.js';

/** Groups of 16 bits in the network part of an IPv6 address. */
const NETWORK_GROUPS = 4;

/**
 * What counts as one client address: an IPv4 address, or the first 64 bits of an IPv6 address, since one customer has
 * at least that many (RFC 6177 section 2). An IPv4 address mapped into IPv6 counts as the IPv4 address.
 */
export function addressBlock(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  const network = parsed.parts.slice(0, NETWORK_GROUPS).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}

const IPV4_WITH_PORT = /^(\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?$/;
const IN_BRACKETS = /^\[([\da-f:.]+(?:%[\w.-]+)?)\](?::\d{1,5})?$/i;

/**
 * The address in an entry of `X-Forwarded-For`, in its shortest form: `192.0.2.1:4711`, `[2001:db8::1]:4711` and
 * `"[2001:db8::1]"` (RFC 7239 section 6) as well as bare addresses. An IPv4 address mapped into IPv6 is that address.
 * Undefined for anything else (`unknown`).
 */
export function plainAddress(entry: string): string | undefined {
  const text = entry.trim().replace(/^"(.*)"$/, '$1');
  const bare = IPV4_WITH_PORT.exec(text)?.[1] ?? IN_BRACKETS.exec(text)?.[1] ?? text;
  if (!ipaddr.IPv4.isValidFourPartDecimal(bare) && !(bare.includes(':') && ipaddr.IPv6.isValid(bare)))
    return undefined;
  return ipaddr.process(bare).toString();
}

/** Whether a proxy at this address is trusted; `distance` is 0 for the peer itself, 1 for the one before it, and so on. */
export type Trust = (address: string, distance: number) => boolean;

/**
 * The meaning of `MODELGATE_TRUST_PROXY`.
 * @param setting all or none, a number of proxies, or a list of addresses, networks and Fastify's names for networks
 */
export function proxyTrust(setting: boolean | number | readonly string[]): Trust {
  if (typeof setting === 'boolean') return () => setting;
  if (typeof setting === 'number') return (_address, distance) => distance < setting;
  const networks = setting.map(networkOf);
  return (address) => {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    return networks.some((contains) => contains(parsed));
  };
}

type Address = ReturnType<typeof ipaddr.process>;

const RANGES: ReadonlyMap<string, readonly string[]> = new Map([
  ['loopback', ['loopback']],
  ['linklocal', ['linkLocal']],
  ['uniquelocal', ['uniqueLocal', 'private']],
]);

function networkOf(text: string): (address: Address) => boolean {
  const ranges = RANGES.get(text);
  if (ranges) return (address) => ranges.includes(address.range());
  if (!text.includes('/')) {
    const one = ipaddr.process(text).toString();
    return (address) => address.toString() === one;
  }
  const [network, bits] = ipaddr.parseCIDR(text);
  return (address) => address.kind() === network.kind() && address.match(network, bits);
}

/**
 * The address of the caller: the peer, or what trusted proxies say in `X-Forwarded-For`, read from its end up to the first
 * address that is not trusted. An entry that is not an address ends the list: the proxy that wrote it counts as the caller.
 * @param peer the address of the connection; empty if it has none
 */
export function callerAddress(peer: string | undefined, forwardedFor: unknown, trusts: Trust): string {
  let address = peer?.startsWith('::ffff:') ? (plainAddress(peer) ?? peer) : (peer ?? '');
  if (typeof forwardedFor !== 'string') return address;
  const entries = forwardedFor.split(',').reverse();
  for (const [distance, entry] of entries.entries()) {
    if (!trusts(address, distance)) break;
    const next = plainAddress(entry);
    if (next === undefined) break;
    address = next;
  }
  return address;
}
