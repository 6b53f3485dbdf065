import assert from 'node:assert/strict';
import { VoyageAIClient } from 'voyageai';
import { address, check, documents, end, key, query, ranked, refused } from './check.mjs';

const model = 'rerank-2.5';
const environment = `${address}/voyage/v1`;
const client = new VoyageAIClient({ apiKey: key, environment });
const quick = { maxRetries: 0 };
const detail = (error) => error.body.detail;

await check('as little as it takes', async () => {
  const answer = await client.rerank({ model, query, documents });
  ranked(answer.data);
  assert.equal(answer.object, 'list');
  assert.equal(answer.model, 'words');
  assert.ok(answer.usage.totalTokens > 0);
  assert.equal(answer.data[0].document, undefined);
});

await check('with all that it has', async () => {
  const answer = await client.rerank({ model, query, documents, topK: 2, returnDocuments: true, truncation: true });
  ranked(answer.data, 2);
  assert.equal(answer.data[0].document, documents[1]);
});

await check('without its prefix, where the request says whose it is', async () => {
  const answer = await new VoyageAIClient({ apiKey: key, environment: `${address}/v1` }).rerank({ model, query, documents, topK: 1 });
  ranked(answer.data, 1);
});

await check('errors', async () => {
  await refused(client.rerank({ model, query, documents: [] }, quick), 400, detail);
  await refused(client.rerank({ model: 'nobody', query, documents }, quick), 400, detail);
  await refused(client.rerank({ model, query, documents: Array(1001).fill('a') }, quick), 400, detail);
  await refused(new VoyageAIClient({ apiKey: 'wrong', environment }).rerank({ model, query, documents }, quick), 401, detail);
});

end();
