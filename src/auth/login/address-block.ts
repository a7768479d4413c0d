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
