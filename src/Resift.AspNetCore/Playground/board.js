// Both orders side by side, and the lines between them. Documents are foreign text: they become text nodes, and nothing else.
const longText = 280;
const namespace = 'http://www.w3.org/2000/svg';

/**
 * Shows two orders.
 * @param parts The elements: before, after (lists), lines (svg), board.
 * @param items What is shown, in the order of the reranker: text, title, before, after, score, share, cut, note.
 */
export function showBoard(parts, items) {
  const pairs = new Map();
  parts.before.replaceChildren(...items
    .filter(item => item.before !== null)
    .sort((one, other) => one.before - other.before)
    .map(item => note(pairs, item, 'left', beforeCard(item))));
  parts.after.replaceChildren(...items.map(item => note(pairs, item, 'right', afterCard(item))));
  parts.lines.replaceChildren();
  for (const [item, pair] of pairs) {
    pair.line = pair.left ? parts.lines.appendChild(document.createElementNS(namespace, 'path')) : null;
    pair.line?.setAttribute('class', `line ${directionOf(item)}`);
    pair.line?.setAttribute('pathLength', '1');
    for (const card of [pair.left, pair.right]) {
      card?.addEventListener('pointerenter', () => highlight(pair, true));
      card?.addEventListener('pointerleave', () => highlight(pair, false));
    }
  }

  const draw = () => drawLines(parts, pairs);
  draw();
  return {
    draw,
    /** Dims what a threshold leaves out, and gives how many stay. */
    keep(isKept) {
      let kept = 0;
      for (const [item, pair] of pairs) {
        const stays = isKept(item);
        kept += stays ? 1 : 0;
        pair.right.classList.toggle('out', !stays);
        pair.left?.classList.toggle('out', !stays);
        pair.line?.classList.toggle('out', !stays);
      }

      return kept;
    },
  };
}

function note(pairs, item, side, card) {
  pairs.set(item, { ...pairs.get(item), [side]: card });
  return card;
}

function highlight(pair, isOn) {
  for (const element of [pair.left, pair.right, pair.line]) {
    element?.classList.toggle('lit', isOn);
  }
}

function beforeCard(item) {
  const card = element('li', 'card');
  card.append(element('span', 'rank', String(item.before)), textOf(item, false));
  return card;
}

function afterCard(item) {
  const card = element('li', 'card');
  const head = element('div', 'head');
  head.append(element('span', 'rank', String(item.after)), moveOf(item));
  if (item.score !== null) {
    const bar = element('span', 'bar');
    bar.append(element('span', 'fill'));
    bar.firstChild.style.setProperty('inline-size', `${(item.share * 100).toFixed(1)}%`);
    head.append(bar, element('span', 'score', item.score));
  }

  card.append(head, textOf(item, true));
  for (const text of [item.cut, item.note]) {
    if (text) {
      card.append(element('p', 'mark', text));
    }
  }

  return card;
}

function textOf(item, canGrow) {
  const body = element('div', 'body');
  if (item.title) {
    body.append(element('p', 'title', item.title));
  }

  const text = element('p', 'text', item.text);
  text.dir = 'auto';
  body.append(text);
  if (canGrow && item.text.length > longText) {
    const more = element('button', 'more', 'Show all');
    more.type = 'button';
    more.setAttribute('aria-expanded', 'false');
    more.addEventListener('click', () => {
      const isOpen = text.classList.toggle('open');
      more.setAttribute('aria-expanded', String(isOpen));
      more.textContent = isOpen ? 'Show less' : 'Show all';
    });
    body.append(more);
  }

  return body;
}

function directionOf(item) {
  return item.before === null || item.before === item.after ? 'same' : item.before > item.after ? 'up' : 'down';
}

function moveOf(item) {
  if (item.before === null) {
    return element('span', 'move same', 'new');
  }

  const by = Math.abs(item.before - item.after);
  const direction = directionOf(item);
  const move = element('span', `move ${direction}`);
  const arrow = element('span', '', direction === 'up' ? `▲ ${by}` : direction === 'down' ? `▼ ${by}` : '=');
  arrow.setAttribute('aria-hidden', 'true');
  move.append(arrow, element('span', 'unseen', direction === 'same' ? 'stayed' : `moved ${direction} by ${by}, was ${item.before}`));
  return move;
}

function drawLines({ board, lines }, pairs) {
  const frame = lines.getBoundingClientRect();
  if (frame.width === 0 || board.offsetParent === null) {
    return;
  }

  lines.setAttribute('viewBox', `0 0 ${frame.width} ${frame.height}`);
  const bend = frame.width / 2;
  for (const { left, right, line } of pairs.values()) {
    if (line) {
      const [from, to] = [middle(left, frame), middle(right, frame)];
      line.setAttribute('d', `M0 ${from}C${bend} ${from} ${bend} ${to} ${frame.width} ${to}`);
    }
  }
}

function middle(card, frame) {
  const box = card.querySelector('.rank').getBoundingClientRect();
  return Math.round((box.top + box.height / 2 - frame.top) * 10) / 10;
}

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) {
    made.className = className;
  }

  if (text !== undefined) {
    made.textContent = text;
  }

  return made;
}
