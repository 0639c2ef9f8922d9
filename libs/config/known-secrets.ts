/** Secrets of the test vectors of RFC 8032, which stand in every library and in the tests here. */
const PUBLISHED: ReadonlySet<string> = new Set([
  '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
  '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
  'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
  'f5e5767cf153319517630f226876b86c8160cc583bc013744c6bf255f5cc0ee5',
  '833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42',
]);

/**
 * True for 32 bytes that nobody drew by chance: published ones, one pattern over and over (all zeros, `deadbeef…`), bytes that
 * count up or down, or plain text.
 */
export function isKnownSecret(bytes: Uint8Array): boolean {
  const all = [...bytes];
  const repeats = [1, 2, 4, 8, 16].some((length) => all.every((byte, at) => byte === all[at % length]));
  const step = (all[1]! - all[0]!) & 0xff;
  const counts = all.every((byte, at) => at === 0 || ((byte - all[at - 1]!) & 0xff) === step);
  const text = all.every((byte) => byte >= 0x20 && byte < 0x7f);
  return repeats || counts || text || PUBLISHED.has(Buffer.from(bytes).toString('hex'));
}
