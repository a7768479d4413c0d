import { activationOf, type Config, given, pick, refuseUnless, single } from './config.js';

/** What TensorFlow.js is told of a layer. */
export interface Converted {
  readonly className: string;
  readonly config: Config;
  /** A layer without weights that does what TensorFlow.js's cannot: applied to the layer's input, or to its output. */
  readonly before?: { readonly className: string; readonly config: Config };
  readonly after?: { readonly className: string; readonly config: Config };
}

/** How the layers inside a layer are converted. @param what names it in a refusal */
export type ConvertInner = (layer: unknown, what: string) => { class_name: string; config: Config };

type Converter = (config: Config, version: number, inner: ConvertInner) => Converted;
type LeafConverter = (config: Config, version: number) => Converted;

/** Layers that change nothing when a model predicts. */
const IDENTITIES = [
  ['Dropout', 'SpatialDropout1D', 'SpatialDropout2D', 'SpatialDropout3D', 'AlphaDropout', 'GaussianDropout'],
  ['GaussianNoise', 'ActivityRegularization', 'Identity'],
  ['RandomFlip', 'RandomRotation', 'RandomZoom', 'RandomTranslation', 'RandomContrast', 'RandomBrightness'],
].flat();

/** Layers whose named options TensorFlow.js takes as they are. */
const PLAIN: Readonly<Record<string, readonly string[]>> = {
  Add: [],
  Subtract: [],
  Multiply: [],
  Average: [],
  Maximum: [],
  Minimum: [],
  Concatenate: ['axis'],
  Dot: ['axes', 'normalize'],
  Reshape: ['target_shape'],
  Permute: ['dims'],
  RepeatVector: ['n'],
  Masking: ['mask_value'],
  Embedding: ['input_dim', 'output_dim', 'mask_zero', 'input_length'],
  ZeroPadding1D: ['padding'],
  Cropping1D: ['cropping'],
  UpSampling1D: ['size'],
  PReLU: ['shared_axes'],
  ThresholdedReLU: ['theta'],
  Softmax: ['axis'],
};

/** Images and the like: their options, in which the channels must come last. */
const SPATIAL: Readonly<Record<string, readonly string[]>> = {
  Flatten: [],
  MaxPooling1D: ['pool_size', 'strides', 'padding'],
  MaxPooling2D: ['pool_size', 'strides', 'padding'],
  MaxPooling3D: ['pool_size', 'strides', 'padding'],
  AveragePooling1D: ['pool_size', 'strides', 'padding'],
  AveragePooling2D: ['pool_size', 'strides', 'padding'],
  AveragePooling3D: ['pool_size', 'strides', 'padding'],
  ZeroPadding2D: ['padding'],
  Cropping2D: ['cropping'],
};

const CONVOLUTION = ['filters', 'kernel_size', 'strides', 'padding', 'dilation_rate', 'use_bias'];

/** Layers with weights, channels last and an activation. */
const CONVOLUTIONS: Readonly<Record<string, readonly string[]>> = {
  Conv2D: CONVOLUTION,
  Conv3D: CONVOLUTION,
  Conv2DTranspose: CONVOLUTION,
  SeparableConv2D: [...CONVOLUTION, 'depth_multiplier'],
  DepthwiseConv2D: ['kernel_size', 'strides', 'padding', 'dilation_rate', 'use_bias', 'depth_multiplier'],
};

const GLOBAL_POOLING = ['1D', '2D', '3D'].flatMap((size) => [
  [`GlobalAveragePooling${size}`, 'average'] as const,
  [`GlobalMaxPooling${size}`, 'max'] as const,
]);

const RECURRENT = ['units', 'use_bias', 'return_sequences', 'return_state', 'go_backwards'];

/** Every layer that is served, by Keras's class name. https://keras.io/api/layers */
export const LAYERS: ReadonlyMap<string, Converter> = new Map<string, Converter>([
  ...IDENTITIES.map(
    (name) => [name, () => ({ className: 'Activation', config: { activation: 'linear' } })] as const,
  ),
  ...Object.entries(PLAIN).map(([name, options]) => [name, plain(name, options)] as const),
  ...Object.entries(SPATIAL).map(([name, options]) => [name, spatial(name, options)] as const),
  ...Object.entries(CONVOLUTIONS).map(([name, options]) => [name, convolution(name, options)] as const),
  ...GLOBAL_POOLING.map(([name, kind]) => [name, globalPooling(kind)] as const),
  ['InputLayer', inputLayer],
  [
    'Dense',
    (config, version) => withActivation('Dense', pick(config, ['units', 'use_bias']), config, version),
  ],
  ['Activation', (config, version) => withActivation('Activation', {}, config, version)],
  ['BatchNormalization', batchNormalization],
  ['LayerNormalization', layerNormalization],
  ['Normalization', (config) => normalization(config)],
  ['Rescaling', (config) => rescaling(config)],
  ['ReLU', (config) => relu(config)],
  ['ELU', (config) => ({ className: 'ScaledELU', config: pick(config, ['alpha']) })],
  ['Conv1D', conv1D],
  ['UpSampling2D', upSampling2D],
  [
    'LeakyReLU',
    (config) => ({
      className: 'LeakyReLU',
      config: { alpha: config['negative_slope'] ?? config['alpha'] ?? 0.3 },
    }),
  ],
  ['SeparableConv1D', separableConv1D],
  ['SimpleRNN', (config, version) => recurrent('SimpleRNN', config, version)],
  ['LSTM', (config, version) => recurrent('LSTM', config, version, ['recurrent_activation'])],
  ['GRU', (config, version) => recurrent('GRU', config, version, ['recurrent_activation'], ['reset_after'])],
  ['Bidirectional', bidirectional],
  [
    'TimeDistributed',
    (config, _, inner) => ({
      className: 'TimeDistributed',
      config: { layer: inner(config['layer'], 'its layer') },
    }),
  ],
]);

function plain(className: string, options: readonly string[]): Converter {
  return (config) => ({ className, config: pick(config, options) });
}

function spatial(className: string, options: readonly string[]): Converter {
  return (config) => ({ className, config: { ...pick(config, options), ...channelsLast(config) } });
}

function convolution(className: string, options: readonly string[]): LeafConverter {
  return (config, version) => {
    refuseUnless(config, 'groups', [1]);
    refuseUnless(config, 'output_padding', [null]);
    return withActivation(className, { ...pick(config, options), ...channelsLast(config) }, config, version);
  };
}

/** TensorFlow.js has no causal padding: zeros before the first step do the same. */
function conv1D(config: Config, version: number): Converted {
  const { className, config: options } = convolution('Conv1D', CONVOLUTION)(config, version);
  if (config['padding'] !== 'causal') return { className, config: options };
  const reach = (Number(single(config, 'kernel_size')) - 1) * Number(single(config, 'dilation_rate') ?? 1);
  return {
    className,
    config: { ...options, padding: 'valid' },
    before: { className: 'ZeroPadding1D', config: { padding: [reach, 0] } },
  };
}

function upSampling2D(config: Config): Converted {
  channelsLast(config);
  refuseUnless(config, 'interpolation', ['nearest', 'bilinear']);
  const className = config['interpolation'] === 'bilinear' ? 'BilinearUpSampling2D' : 'UpSampling2D';
  return { className, config: { size: config['size'], data_format: 'channels_last' } };
}

function globalPooling(kind: string): Converter {
  return (config) => {
    channelsLast(config);
    return { className: 'GlobalPooling', config: { kind, keepdims: config['keepdims'] === true } };
  };
}

function channelsLast(config: Config): Config {
  refuseUnless(config, 'data_format', ['channels_last', null]);
  return { data_format: 'channels_last' };
}

function withActivation(className: string, options: Config, config: Config, version: number): Converted {
  return { className, config: { ...options, activation: activationOf(config['activation'], version) } };
}

function inputLayer(config: Config): Converted {
  refuseUnless(config, 'sparse', [false]);
  refuseUnless(config, 'ragged', [false]);
  const shape = config['batch_shape'] ?? config['batch_input_shape'];
  return {
    className: 'InputLayer',
    config: { batch_input_shape: shape, dtype: config['dtype'], sparse: false },
  };
}

function batchNormalization(config: Config): Converted {
  refuseUnless(config, 'renorm', [false]);
  const axis = single(config, 'axis');
  return {
    className: 'BatchNormalization',
    config: { ...pick(config, ['epsilon', 'center', 'scale']), axis },
  };
}

function layerNormalization(config: Config): Converted {
  refuseUnless(config, 'rms_scaling', [false]);
  return { className: 'LayerNormalization', config: pick(config, ['axis', 'epsilon', 'center', 'scale']) };
}

function normalization(config: Config): Converted {
  refuseUnless(config, 'mean', [null]);
  refuseUnless(config, 'variance', [null]);
  return { className: 'Normalization', config: pick(config, ['axis', 'invert']) };
}

function rescaling(config: Config): Converted {
  const { scale, offset } = { scale: config['scale'], offset: config['offset'] ?? 0 };
  return { className: 'Rescaling', config: { scale, offset } };
}

function relu(config: Config): Converted {
  const slope = given(config, 'negative_slope', 0);
  const threshold = given(config, 'threshold', 0);
  const className = slope === 0 && threshold === 0 ? 'ReLU' : 'GeneralReLU';
  return { className, config: pick(config, ['max_value', 'negative_slope', 'threshold']) };
}

function separableConv1D(config: Config, version: number): Converted {
  const options = pick(config, [...CONVOLUTION, 'depth_multiplier']);
  const activation = activationOf(config['activation'], version);
  return {
    className: 'SeparableConv1D',
    config: { ...options, ...channelsLast(config) },
    after: { className: 'Activation', config: { activation } },
  };
}

function recurrent(
  className: string,
  config: Config,
  version: number,
  activations: readonly string[] = [],
  options: readonly string[] = [],
): Converted {
  refuseUnless(config, 'stateful', [false]);
  refuseUnless(config, 'time_major', [false]);
  const converted: Record<string, unknown> = { ...pick(config, [...RECURRENT, ...options]) };
  for (const name of ['activation', ...activations]) converted[name] = activationOf(config[name], version);
  return { className, config: converted };
}

/** TensorFlow.js makes the backward layer from the forward one; Keras 3 always writes both. */
function bidirectional(config: Config, _: number, inner: ConvertInner): Converted {
  const layer = inner(config['layer'], 'its layer');
  const written = config['backward_layer'];
  const backward = written ? inner(written, 'its backward layer') : undefined;
  if (backward && backward.class_name !== layer.class_name)
    throw new Error('its backward layer is of another class');
  if (backward) {
    const { name: _name, go_backwards: _backwards, ...options } = backward.config;
    for (const [name, value] of Object.entries(options))
      refuseUnless(layer.config, name, [value], 'differs from the backward layer');
  }
  return { className: 'Bidirectional', config: { layer, merge_mode: config['merge_mode'] } };
}
