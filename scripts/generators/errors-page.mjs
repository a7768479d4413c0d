import { ERRORS } from '../../dist/src/common/errors.js';

/** docs/errors.md: the closed error table. */
export async function errorsPage() {
  const rows = Object.entries(ERRORS).map(
    ([code, { status, title, grpc }]) => `| \`${code}\` | ${status} | ${grpc} | ${title} |`,
  );
  return [
    '# Errors',
    '',
    'Generated from `src/common/errors.ts` by `npm run generate`. Every error response has one of these codes.',
    '',
    '| Route | Body |',
    '| --- | --- |',
    '| `/regression`, `/v1/test` | `{"detail": …}`: a sentence, or a list of `{"loc", "msg", "type"}` as in FastAPI |',
    '| `/token` | `detail` as above, with `error` and `error_description` of RFC 6749 |',
    '| `/v2/…` | `{"error": "…"}` as in the Open Inference Protocol |',
    '| everything else | RFC 9457 `application/problem+json` with `code`, `detail`, `request_id` and, for invalid bodies, `faults`; `…:predict` also has `error`, for KServe V1 clients |',
    '',
    'Every response has the header `x-request-id`. The same id is in the audit record.',
    '',
    '| Code | HTTP status | gRPC code | Title |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
