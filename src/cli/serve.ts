import { Command } from 'commander';
import { serve } from '../main.js';
import { configOf, withDataDir } from './context.js';

interface Options {
  host?: string;
  port?: string;
  grpcPort?: string;
  workers?: string;
  dataDir?: string;
  strict?: boolean;
  portFile?: string;
}

export function serveCommand(): Command {
  return withDataDir(new Command('serve'))
    .description(
      'Start the server. With FILEs, those models are imported, unless they are there already, and served.',
    )
    .argument('[file...]', 'model files: scikit-learn pickle or joblib, ONNX, TensorFlow.js folder or zip')
    .option('--host <address>', 'address to listen on (MODELGATE_HOST, default 127.0.0.1)')
    .option('--port <number>', 'port to listen on, 0 for any free one (MODELGATE_PORT, default 8000)')
    .option('--grpc-port <number>', 'port of the gRPC service, off unless given (MODELGATE_GRPC_PORT)')
    .option('--workers <number>', 'processes that serve (MODELGATE_WORKERS, default 1)')
    .option('--strict', 'refuse to start when a live model cannot be loaded (MODELGATE_STRICT)')
    .option('--port-file <path>', 'write the ports listened on into this file, as JSON, once ready')
    .action(async (files: string[], options: Options) => {
      await serve(configOf(options), { files, portFile: options.portFile });
    });
}
