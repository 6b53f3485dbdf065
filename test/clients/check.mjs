// What the programs beside this one share. Each is called with the server's address and a key: `node cohere.mjs http://127.0.0.1:8080 KEY`.
import assert from 'node:assert/strict';

export const [address, key] = process.argv.slice(2);
export const query = 'red shoes';
export const documents = ['a hat', 'red shoes', 'a red hat'];

let failed = 0;

/** Runs one check, and prints a line that says how it ended. */
export async function check(name, run) {
  try {
    await run();
    console.log(`ok ${name}`);
  } catch (error) {
    failed++;
    console.log(`failed ${name}: ${error.name} ${error.statusCode ?? error.status ?? ''} ${error.message}`);
  }
}

/** Fails unless items are in the order of the documents above by how many of the query's words they have. */
export function ranked(items, top = documents.length) {
  assert.deepEqual(items.map((item) => item.index), [1, 2, 0].slice(0, top));
  assert.deepEqual(items.map((item) => item.relevanceScore), [1, 0.5, 0].slice(0, top));
}

/** Fails unless a call is refused with a status, and a message where the client looks for it. */
export async function refused(call, status, messageOf) {
  await assert.rejects(call, (error) => {
    assert.equal(error.statusCode ?? error.status, status);
    assert.equal(typeof messageOf(error), 'string', JSON.stringify(error.body ?? error.error));
    return true;
  });
}

export function end() {
  process.exitCode = failed > 0 ? 1 : 0;
}
