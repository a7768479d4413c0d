/** What the multipart parser says, without a code, of a body that is not a form or ends too early. */
const PARSER =
  /^(?:Unexpected end of (?:form|multipart data)|\w+ terminated early|Multipart: Boundary not found|Malformed (?:part header|content type)|Missing Content-Type|Unsupported content type|Not a multipart)/;
const CODES = ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'FST_MP_PREMATURE_CLOSE'];

/** True for an error of a form that its sender broke off or wrote wrongly, not for one of this server. */
export function isBrokenForm(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return CODES.includes(String(code)) || PARSER.test(String(message));
}
