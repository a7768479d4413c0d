import { describe, expect, it } from 'vitest';
import { expf, logf, previousFloat32 } from './float32.js';

describe('functions in float32', () => {
  it.each([
    [-56.96172332763672, 1.8274179806193674e-25],
    [-26.177474975585938, 4.2782587368617175e-12],
    [11.556381225585938, 104441.375],
    [-5.21842622756958, 0.005415845662355423],
    [0, 1],
    [89, Infinity],
    [-104, 0],
  ])('expf(%d) has the bits of the C library, even if e^x rounds differently', (x, expected) => {
    expect(expf(x)).toBe(expected);
  });

  it.each([
    [1.0179920196533203, 0.017832079902291298],
    [0.0037040733732283115, -5.598321914672852],
    [1.085445523262024, 0.08199051767587662],
    [8.088734137928737e24, 57.352516174316406],
    [1, 0],
    [0, -Infinity],
    [2 ** -149, -103.2789306640625],
  ])('logf(%d) has the bits of the C library, even if ln x rounds differently', (x, expected) => {
    expect(logf(x)).toBe(expected);
  });

  it.each([
    [1, 0.9999999403953552],
    [-1, -1.0000001192092896],
    [0, -(2 ** -149)],
    [-0, -(2 ** -149)],
    [2 ** -149, 0],
    [Infinity, 3.4028234663852886e38],
    [-Infinity, -Infinity],
  ])('the float32 below %d is %d', (x, expected) => {
    expect(previousFloat32(x)).toBe(expected);
  });
});
