import { describe, expect, it } from 'vitest';
import { addressBlock, callerAddress, plainAddress, proxyTrust } from './address.js';

describe('addressBlock', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:0:1::', '2001:db8:0:1::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
    ['1::2:3:4:5:192.0.2.7', '1:0:2:3::/64'],
  ])('of %s is %s', (address, block) => {
    expect(addressBlock(address)).toBe(block);
  });
});

describe('plainAddress', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    [' 192.0.2.7:4711 ', '192.0.2.7'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['[2001:DB8:0::7]:4711', '2001:db8::7'],
    ['"[2001:db8::7]:4711"', '2001:db8::7'],
    ['2001:db8::7', '2001:db8::7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['[::ffff:192.0.2.7]:80', '192.0.2.7'],
    ['unknown', undefined],
    ['_hidden', undefined],
    ['', undefined],
    ['7', undefined],
    ['192.0.2.256', undefined],
    ['192.0.2.7:port', undefined],
  ])('of %j is %s', (entry, address) => {
    expect(plainAddress(entry)).toBe(address);
  });
});

describe('callerAddress', () => {
  it.each([
    [false, '203.0.113.9', '10.0.0.1'],
    [true, '203.0.113.9, 198.51.100.1', '203.0.113.9'],
    [1, '203.0.113.9, 198.51.100.1:99', '198.51.100.1'],
    [2, '203.0.113.9, 198.51.100.1', '203.0.113.9'],
    [['10.0.0.0/8'], '203.0.113.9, [2001:db8::1]:99, 10.1.2.3', '2001:db8::1'],
    [['uniquelocal'], '203.0.113.9, 192.168.1.1', '203.0.113.9'],
    [['10.0.0.1', '198.51.100.1'], '203.0.113.9, 198.51.100.1', '203.0.113.9'],
    [['loopback'], '203.0.113.9', '10.0.0.1'],
    [true, 'unknown, 198.51.100.1', '198.51.100.1'],
    [true, undefined, '10.0.0.1'],
  ] as const)('with the setting %j and the header %j is %s', (setting, header, address) => {
    expect(callerAddress('::ffff:10.0.0.1', header, proxyTrust(setting))).toBe(address);
  });
});
