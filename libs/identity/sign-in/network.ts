import { isIPv6 } from 'node:net';

/**
 * What counts as one address when failures are counted: an IPv4 address, or the /64 of an IPv6 one, since whoever has one
 * of these has all of them.
 */
export function networkOf(address: string): string {
  const bare = address.split('%')[0]!.toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(bare);
  if (mapped) return mapped[1]!;
  if (!isIPv6(bare)) return bare;
  const [left, right] = bare.split('::');
  const head = groups(left);
  const gap = right === undefined ? 0 : 8 - head.length - groups(right).length;
  return [...head, ...Array<string>(gap).fill('0'), ...groups(right)].slice(0, 4).join(':');
}

function groups(part: string | undefined): string[] {
  if (!part) return [];
  return part
    .split(':')
    .flatMap((group) => (group.includes('.') ? ['0', '0'] : [group.replace(/^0+(?=.)/, '')]));
}
