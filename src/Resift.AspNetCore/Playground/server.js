// What this page asks the server for. The key lives in a variable, and goes nowhere but into the header.
let key = '';

export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export function setKey(text) {
  key = text.trim();
}

export function hasKey() {
  return key !== '';
}

export function addressOf(path) {
  return new URL(path, document.baseURI).href;
}

export function info() {
  return ask('resift/info', { method: 'GET' });
}

export function post(path, body, signal) {
  return ask(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  });
}

async function ask(path, request) {
  const headers = { ...request.headers, ...(hasKey() ? { Authorization: `Bearer ${key}` } : {}) };
  let response;
  try {
    response = await fetch(addressOf(path), { ...request, headers, cache: 'no-store' });
  } catch (error) {
    throw error.name === 'AbortError' ? error : new Refusal(0, 'The server cannot be reached. Is it still running?');
  }

  const json = await response.json().catch(() => null);
  if (!response.ok || json === null) {
    throw new Refusal(response.status, json?.detail ?? json?.message ?? `The server answered with status ${response.status}.`);
  }

  return json;
}
