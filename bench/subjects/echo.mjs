/** The yardstick: a bare Fastify server that answers each body with itself. Prints its port. */
import fastify from 'fastify';

const app = fastify({ bodyLimit: 2 ** 30 });
app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) =>
  done(null, body),
);
app.post('/echo', (request, reply) => {
  if (Buffer.isBuffer(request.body)) void reply.type('application/octet-stream');
  return request.body;
});
await app.listen({ port: Number(process.argv[2]), host: '127.0.0.1' });
