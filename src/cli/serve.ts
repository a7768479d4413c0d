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
    .description('Start the server. If model FILEs are given, import them (if new) and make them live.')
    .argument('[file...]', 'model files and folders of every format that `models import` takes')
    .option('--host <address>', 'listen address (MODELGATE_HOST, default 127.0.0.1)')
    .option(
      '--port <number>',
      'port of the HTTP server, 0 chooses a free port (MODELGATE_PORT, default 8000)',
    )
    .option('--grpc-port <number>', 'port of the gRPC service, off by default (MODELGATE_GRPC_PORT)')
    .option('--workers <number>', 'number of worker processes (MODELGATE_WORKERS, default 1)')
    .option('--strict', 'refuse to start when a live model cannot be loaded (MODELGATE_STRICT)')
    .option('--port-file <path>', 'write the listening ports to this file, as JSON, when ready')
    .action(async (files: string[], options: Options) => {
      await serve(configOf(options), { files, portFile: options.portFile });
    });
}
