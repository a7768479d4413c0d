import { ERRORS } from '../../dist/src/common/errors.js';

/** docs/errors.md: the closed error table. */
export async function errorsPage() {
  const rows = Object.entries(ERRORS).map(
    ([code, { status, title, grpc }]) => `| \`${code}\` | ${status} | ${grpc} | ${title} |`,
  );
  return [
    '# Errors',
    '',
    'Generated from `src/common/errors.ts` by `npm run generate`. Every error that a caller can meet has one of these codes.',
    '',
    '| Route | Form of the body |',
    '| --- | --- |',
    '| `/regression`, `/v1/test` | `{"detail": …}`: a sentence, or a list of `{"loc", "msg", "type"}` as FastAPI gives |',
    '| `/token` | the same `detail`, with `error` and `error_description` of RFC 6749 |',
    '| `/v2/…` | `{"error": "…"}` as the Open Inference Protocol has it |',
    '| everything else | RFC 9457 `application/problem+json` with `code`, `detail`, `request_id` and, for bodies, `faults`; `…:predict` has `error` as well, for KServe V1 clients |',
    '',
    'Every answer carries `x-request-id`, which is also in the audit record.',
    '',
    '| Code | HTTP status | gRPC code | Title |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
