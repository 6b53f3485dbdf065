import { showBoard } from './board.js';
import { sourceOf } from './code.js';
import { samples } from './samples.js';
import { addressOf, hasKey, info, post, setKey } from './server.js';

const at = id => document.getElementById(id);
const candidates = 50;
const shownHits = 20;
const sliders = {
  probability: { min: 0, max: 1, step: 0.01, digits: 2 },
  cosine: { min: -1, max: 1, step: 0.01, digits: 2 },
  logit: { min: -12, max: 12, step: 0.1, digits: 1 },
};

const tabs = [...document.querySelectorAll('[role=tab]')];
let underWay = null;
let shown = null;
let language = 'curl';

start();

async function start() {
  at('sample').append(...samples.map((sample, index) => new Option(sample.name, index)), new Option('None: my own', ''));
  useSample();
  at('sample').addEventListener('change', useSample);
  at('form').addEventListener('submit', run);
  at('form').addEventListener('keydown', event => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      at('form').requestSubmit();
    }
  });
  at('form').addEventListener('input', showCode);
  at('documents').addEventListener('input', () => { at('sample').value = ''; countDocuments(); });
  at('source').addEventListener('change', chooseSource);
  at('key').addEventListener('change', askForAbilities);
  at('key').addEventListener('input', () => setKey(at('key').value));
  at('threshold').addEventListener('input', applyThreshold);
  at('copy').addEventListener('click', copy);
  for (const tab of tabs) {
    tab.addEventListener('click', () => chooseTab(tab));
    tab.addEventListener('keydown', moveTab);
  }

  new ResizeObserver(() => shown?.board.draw()).observe(at('board'));
  await askForAbilities();
}

async function askForAbilities() {
  try {
    const abilities = await info();
    at('model').replaceChildren(...abilities.rerankers.map(name => new Option(name, name)));
    at('index').replaceChildren(...abilities.indexes.map(name => new Option(name, name)));
    at('source').hidden = abilities.indexes.length === 0;
    complain(null);
  } catch (error) {
    refuse(error);
  }

  showCode();
}

function useSample() {
  const sample = samples[at('sample').value];
  if (sample) {
    at('query').value = sample.query;
    at('documents').value = sample.documents.join('\n');
  }

  countDocuments();
  showCode();
}

function chooseSource() {
  const isIndex = ofIndex();
  at('of-index').hidden = !isIndex;
  at('of-documents').hidden = isIndex;
  at('run').textContent = isIndex ? 'Search' : 'Rerank';
  showCode();
}

function ofIndex() {
  return new FormData(at('form')).get('source') === 'index';
}

// A blank line makes paragraphs the documents; otherwise every line is one.
function readDocuments() {
  const text = at('documents').value.replaceAll('\r\n', '\n');
  return text.split(/\n[ \t]*\n/.test(text.trim()) ? /\n(?:[ \t]*\n)+/ : '\n').map(part => part.trim()).filter(part => part !== '');
}

function countDocuments() {
  const count = readDocuments().length;
  at('documents-help').textContent =
    `${count} ${count === 1 ? 'document' : 'documents'}: one a line, or paragraphs with a blank line between them.`;
}

function requestOf() {
  const body = { query: at('query').value };
  if (at('model').value !== '') {
    body.model = at('model').value;
  }

  if (at('scale').value !== '') {
    body.scale = at('scale').value;
  }

  if (!ofIndex()) {
    return { path: 'resift/rerank', body: { ...body, documents: readDocuments() } };
  }

  const filter = at('filter').value.trim();
  return {
    path: 'resift/search',
    body: {
      ...body,
      index: at('index').value,
      tier: at('tier').value,
      candidates,
      top_n: shownHits,
      group_by_document: false,
      ...(filter === '' ? {} : { filter: [filter] }),
    },
  };
}

async function run(event) {
  event.preventDefault();
  underWay?.abort();
  const request = requestOf();
  if (request.body.documents?.length === 0) {
    complain('There is no document to rank. Write some, one a line.');
    at('documents').focus();
    return;
  }

  const mine = new AbortController();
  underWay = mine;
  complain(null);
  at('run').setAttribute('aria-busy', 'true');
  at('said').textContent = 'Working …';
  try {
    const answer = await post(request.path, request.body, mine.signal);
    show(request.body.documents ? ofRanking(answer, request.body.documents) : ofSearch(answer));
  } catch (error) {
    if (error.name !== 'AbortError') {
      at('said').textContent = '';
      refuse(error);
    }
  } finally {
    if (underWay === mine) {
      underWay = null;
      at('run').removeAttribute('aria-busy');
    }
  }
}

function ofRanking(answer, documents) {
  const ranking = answer.rankings[0];
  const cut = new Map(ranking.truncated.map(document => [document.index, document.tokens_cut]));
  return {
    scale: ranking.scale,
    degraded: ranking.degraded === true,
    facts: {
      Model: answer.model,
      Scores: ranking.scale,
      Time: milliseconds(ranking.milliseconds),
      Pairs: answer.usage.pairs,
      Tokens: `${answer.usage.tokens_are_estimated ? '≈ ' : ''}${answer.usage.tokens.toLocaleString('en')}`,
      ...(ranking.query_tokens_cut ? { 'Query cut by': `${ranking.query_tokens_cut} tokens` } : {}),
    },
    items: ranking.results.map(result => ({
      text: documents[result.index],
      title: null,
      before: result.index + 1,
      after: result.rank,
      ...scoreOf(result.unscored ? null : result.score, ranking.scale),
      cut: cut.has(result.index) ? `Cut: ${cut.get(result.index)} tokens were not read` : null,
      note: result.unscored ? 'Not scored in time' : null,
    })),
  };
}

function ofSearch(answer) {
  // Places among all candidates become places among those that are shown.
  const places = answer.hits.map(hit => hit.first_stage_rank).filter(place => place !== undefined).sort((one, other) => one - other);
  return {
    scale: answer.scale,
    degraded: answer.degraded === true,
    facts: {
      ...(answer.model ? { Model: answer.model } : {}),
      Scores: answer.scale,
      Candidates: `${answer.candidates}, ${answer.reranked} read`,
      ...Object.fromEntries(Object.entries(answer.milliseconds).map(([stage, time]) =>
        [stage === 'total' ? 'Time' : stage, milliseconds(time)])),
      ...(answer.truncated_passages ? { Cut: `${answer.truncated_passages} passages` } : {}),
    },
    items: answer.hits.map(hit => ({
      text: hit.text,
      title: hit.metadata.title ? `${hit.metadata.title} · ${hit.document_id}` : hit.document_id,
      before: hit.first_stage_rank === undefined ? null : places.indexOf(hit.first_stage_rank) + 1,
      after: hit.rank,
      ...scoreOf(hit.scale === answer.scale ? hit.score : null, hit.scale),
      cut: null,
      note: hit.scale === answer.scale ? null : `Not read by the reranker: has its place from ${hit.scored_by}`,
    })),
  };
}

function scoreOf(score, scale) {
  if (score === null || !(scale in sliders)) {
    return { number: null, score: null, share: 0 };
  }

  const share = scale === 'logit' ? 1 / (1 + Math.exp(-score)) : Math.max(0, score);
  return { number: score, score: score.toFixed(scale === 'logit' ? 2 : 3), share };
}

function milliseconds(time) {
  return `${time < 10 ? time.toFixed(1) : Math.round(time).toLocaleString('en')} ms`;
}

function show(outcome) {
  at('outcome').hidden = false;
  at('facts').replaceChildren(...Object.entries(outcome.facts).flatMap(([name, value]) => {
    const group = document.createElement('div');
    group.append(document.createElement('dt'), document.createElement('dd'));
    group.firstChild.textContent = name;
    group.lastChild.textContent = value;
    return [group];
  }));
  const parts = { board: at('board'), before: at('before'), lines: at('lines'), after: at('after') };
  shown = { ...outcome, board: showBoard(parts, outcome.items) };
  const moved = outcome.items.filter(item => item.before !== item.after).length;
  at('said').textContent = outcome.items.length === 0
    ? 'Nothing was found.'
    : `${outcome.items.length} ranked, ${moved} moved.` +
      (outcome.degraded ? ' The reranker did not answer in full: the order is that of the stage before, where it has none.' : '');
  const slider = sliders[outcome.scale];
  at('threshold-field').hidden = slider === undefined;
  if (slider) {
    Object.assign(at('threshold'), { min: slider.min, max: slider.max, step: slider.step });
    at('threshold').value = slider.min;
  }

  applyThreshold();
}

function threshold() {
  const slider = shown && sliders[shown.scale];
  const value = Number(at('threshold').value);
  return slider && value > slider.min ? value : null;
}

function applyThreshold() {
  const least = threshold();
  const kept = shown.board.keep(item => least === null || (item.number !== null && item.number >= least));
  const digits = sliders[shown.scale]?.digits ?? 0;
  const text = least === null ? 'off' : least.toFixed(digits);
  at('threshold-value').textContent = text;
  at('threshold').setAttribute('aria-valuetext', least === null ? 'off' : `${text}, ${shown.scale}`);
  at('kept').textContent = least === null
    ? 'Everything is kept. Move it to see what a lowest score leaves.'
    : `Keeps ${kept} of ${shown.items.length}.`;
  showCode();
}

function showCode() {
  const { path, body } = requestOf();
  const least = threshold();
  const asked = least === null ? body : { ...body, scale: shown.scale, min_score: least };
  at('code').textContent = sourceOf(language, addressOf(path), asked, hasKey());
}

function chooseTab(tab) {
  for (const other of tabs) {
    other.setAttribute('aria-selected', String(other === tab));
    other.tabIndex = other === tab ? 0 : -1;
  }

  at('code-panel').setAttribute('aria-labelledby', tab.id);
  language = tab.id.replace('tab-', '');
  showCode();
}

function moveTab(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const next = event.key === 'Home' ? 0 : event.key === 'End' ? tabs.length - 1 : step
    ? (tabs.indexOf(event.target) + step + tabs.length) % tabs.length
    : null;
  if (next !== null) {
    event.preventDefault();
    tabs[next].focus();
    chooseTab(tabs[next]);
  }
}

async function copy() {
  let said = 'Copied';
  try {
    await navigator.clipboard.writeText(at('code').textContent);
  } catch {
    // Without HTTPS a browser may have no clipboard; then it is marked, to be copied by hand.
    getSelection().selectAllChildren(at('code'));
    said = 'Marked';
  }

  at('copy').textContent = said;
  setTimeout(() => { at('copy').textContent = 'Copy'; }, 1500);
}

function refuse(error) {
  if (error.status === 401) {
    at('key-field').hidden = false;
    at('key').focus();
    complain(hasKey() ? 'The server does not know this key.' : 'This server asks for a key.');
    return;
  }

  complain(error.message);
}

function complain(message) {
  at('problem').hidden = message === null;
  at('problem').textContent = message ?? '';
}
