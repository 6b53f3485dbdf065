import assert from 'node:assert/strict';
import { CohereClient, CohereClientV2, CohereError } from 'cohere-ai';
import { address, check, documents, end, key, query, ranked, refused } from './check.mjs';

const model = 'rerank-v3.5';
const v1 = new CohereClient({ token: key, environment: address });
const v2 = new CohereClientV2({ token: key, environment: address });
const quick = { maxRetries: 0 };
const message = (error) => error.body.message;

await check('v1 with texts', async () => {
  const answer = await v1.rerank({ query, documents });
  ranked(answer.results);
  assert.equal(answer.results[0].document, undefined);
  assert.match(answer.id, /\S/);
  assert.equal(answer.meta.billedUnits.searchUnits, 1);
  assert.equal(answer.meta.apiVersion.version, '1');
});

await check('v1 with objects, fields and documents in the answer', async () => {
  const objects = documents.map((text, number) => ({ text, title: `title ${number}` }));
  const wishes = { rankFields: ['text'], returnDocuments: true, topN: 2, maxChunksPerDoc: 5 };
  const answer = await v1.rerank({ model, query, documents: objects, ...wishes });
  ranked(answer.results, 2);
  assert.deepEqual(answer.results[0].document, objects[1]);
});

await check('v2 with all that it has', async () => {
  const answer = await v2.rerank({ model, query, documents, topN: 2, maxTokensPerDoc: 4096, priority: 0 });
  ranked(answer.results, 2);
  assert.equal(answer.meta.apiVersion.version, '2');
});

await check('v2 with the raw answer', async () => {
  const { data, rawResponse } = await v2.rerank({ model, query, documents }).withRawResponse();
  ranked(data.results);
  assert.equal(rawResponse.headers.get('x-resift-model'), 'words');
  assert.match(rawResponse.headers.get('x-request-id'), /\S/);
});

await check('many at once', async () => {
  const answers = await Promise.all(Array.from({ length: 32 }, () => v2.rerank({ model, query, documents })));
  answers.forEach((answer) => ranked(answer.results));
});

await check('errors', async () => {
  const stranger = new CohereClientV2({ token: 'wrong', environment: address });
  await refused(v2.rerank({ model, query, documents: [] }, quick), 400, message);
  await refused(v2.rerank({ model, query: '', documents }, quick), 400, message);
  await refused(v2.rerank({ model, query, documents, topN: 0 }, quick), 400, message);
  await refused(v2.rerank({ model: 'nobody', query, documents }, quick), 404, message);
  await refused(stranger.rerank({ model, query, documents }, quick), 401, message);
  await assert.rejects(v2.rerank({ model, query, documents: [] }, quick), CohereError);
});

await check('a busy server is asked again', async () => {
  const answer = await v2.rerank({ model, query: 'busy once', documents: ['busy once'] }, { maxRetries: 1 });
  assert.equal(answer.results[0].index, 0);
});

await check('who waits no longer', async () => {
  await assert.rejects(v2.rerank({ model, query: 'slow', documents }, { timeoutInSeconds: 1, maxRetries: 0 }), /timeout/);
});

end();
