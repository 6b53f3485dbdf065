import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { address, check, end, key, refused } from './check.mjs';

const model = 'text-embedding-3-small';
const client = new OpenAI({ apiKey: key, baseURL: `${address}/v1`, maxRetries: 0 });
const message = (error) => error.error.message;

await check('vectors in either encoding are the same', async () => {
  const input = ['red shoes', 'a hat'];
  const usual = await client.embeddings.create({ model, input });
  const floats = await client.embeddings.create({ model, input, encoding_format: 'float' });
  const packed = await client.embeddings.create({ model, input, encoding_format: 'base64' });
  assert.equal(usual.data.length, 2);
  usual.data.forEach(({ embedding, index, object }, number) => {
    assert.deepEqual([index, object, embedding.length], [number, 'embedding', 64]);
    assert.deepEqual(embedding, floats.data[number].embedding);
    const bytes = Buffer.from(packed.data[number].embedding, 'base64');
    assert.deepEqual(Array.from({ length: 64 }, (_, i) => bytes.readFloatLE(4 * i)), embedding);
  });
  assert.ok(usual.usage.prompt_tokens > 0);
});

await check('a single text', async () => {
  const answer = await client.embeddings.create({ model, input: 'red shoes', user: 'somebody' });
  assert.equal(answer.data.length, 1);
  assert.equal(answer.model, 'hash');
});

await check('the list of models', async () => {
  const names = [];
  for await (const { id } of client.models.list()) {
    names.push(id);
  }

  assert.ok(names.includes('hash') && names.includes(model), names.join());
});

await check('errors', async () => {
  await refused(client.embeddings.create({ model, input: [] }), 400, message);
  await refused(client.embeddings.create({ model, input: [[1, 2]] }), 400, message);
  await refused(client.embeddings.create({ model: 'nobody', input: 'a' }), 404, message);
  const stranger = new OpenAI({ apiKey: 'wrong', baseURL: `${address}/v1`, maxRetries: 0 });
  await assert.rejects(stranger.embeddings.create({ model, input: 'a' }), OpenAI.AuthenticationError);
});

end();
