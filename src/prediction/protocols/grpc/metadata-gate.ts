import type { Metadata, ServerInterceptor, ServerListener } from '@grpc/grpc-js';
import { ApiError } from '../../../common/errors.js';
import type { GrpcAccess, GrpcCalls } from './grpc-call.js';
import { GRPC } from './grpc.protocol.js';
import { UnreadMessages } from './unread-messages.js';

type Grpc = typeof import('@grpc/grpc-js');

/**
 * Admits calls by their metadata, before anything of their message is read: a message that a stranger never finishes holds
 * no memory. Of one caller, only a few messages are read at once, and each only for a limited time.
 * @param accessOf what a method demands, by its path; undefined for one that anybody may call
 * @param seconds in which a message must arrive
 */
export function metadataGate(
  grpc: Grpc,
  calls: GrpcCalls,
  accessOf: (path: string) => GrpcAccess<never> | undefined,
  seconds: number,
): ServerInterceptor {
  const unread = new UnreadMessages();
  return ({ path }, call) => {
    let finish = (): void => undefined;
    const refuse = (error: ApiError): void => call.sendStatus(GRPC.errors(error));
    const receive = (metadata: Metadata, sender: string, pass: () => void): void => {
      let timer: NodeJS.Timeout | undefined;
      const end = unread.begin(sender, () => {
        timer = setTimeout(() => {
          finish();
          refuse(calls.refused({ path, peer: call.getPeer(), metadata }, new ApiError('request_timeout')));
        }, seconds * 1000);
        pass();
      });
      finish = () => {
        clearTimeout(timer);
        end();
      };
    };
    const listener: ServerListener = {
      onReceiveMetadata: (metadata, pass) => {
        const access = accessOf(path);
        if (!access || access.public)
          return receive(metadata, addressOf(call.getPeer()), () => pass(metadata));
        calls.admitUnread({ path, peer: call.getPeer(), metadata }, access).then(
          (sender) => receive(metadata, sender, () => pass(metadata)),
          (error: unknown) => refuse(error as ApiError),
        );
      },
      onReceiveMessage: (message, next) => {
        finish();
        next(message);
      },
      onReceiveHalfClose: (next) => next(),
      onCancel: () => finish(),
    };
    return new grpc.ServerInterceptingCall(call, { start: (next) => next(listener) });
  };
}

/** Public calls are counted by where they come from. */
const addressOf = (peer: string): string => peer.replace(/:\d+$/, '');
