import { expect, it } from 'vitest';
import { messageText, recordedMessage } from './messages.js';

const BYTES = Buffer.from([0, 1, 254, 255]);

/** A buffer that may not be turned into a list of numbers. */
const buffer = (): Buffer =>
  Object.assign(Buffer.from(BYTES), {
    toJSON: () => {
      throw new Error('a number for each byte');
    },
  });

it('records bytes in base64, without a number for each', () => {
  const message = {
    model_name: 'm',
    model_version: '',
    id: '',
    inputs: [
      { name: 'a', datatype: 'BYTES', shape: ['1'], contents: { bytes_contents: [buffer()] } },
      { name: 'b', datatype: 'UINT8', shape: ['4'], contents: null },
    ],
    outputs: [{ name: 'o' }],
    raw_input_contents: [buffer()],
  };
  const text = messageText(message);
  expect(JSON.parse(text)).toMatchObject({
    inputs: [{ contents: { bytes_contents: ['AAH+/w=='] } }, { name: 'b', contents: null }],
    outputs: [{ name: 'o' }],
    raw_input_contents: ['AAH+/w=='],
  });
  expect(recordedMessage(text)).toEqual({
    ...message,
    inputs: [{ ...message.inputs[0], contents: { bytes_contents: [BYTES] } }, message.inputs[1]],
    raw_input_contents: [BYTES],
  });
});
