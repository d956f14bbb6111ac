// The transcript: turns as list entries, marker spans that tell their reason on focus, one turn at a time in the tab order.

import { element } from "./bind.js";

const byId = (id) => document.getElementById(id);
const FRAMES = 8;
let rows = [];

export function showTurns(turns, list = byId("turns")) {
  const made = turns.map(turnRow);
  list.replaceChildren(...made);
  if (list.id === "turns") rows = made;
}

export function forgetTurns() {
  rows = [];
}

export function replaceTurns(turns) {
  for (const turn of turns) {
    const made = turnRow(turn);
    made.className = `${made.className} ${[...rows[turn.index].classList].filter((name) => name === "here").join(" ")}`.trim();
    rows[turn.index].replaceWith(made);
    rows[turn.index] = made;
  }
}

// Mark turns as the place that is looked at, and bring it into view: four turns before it, or as many as leave it room.
export function goTo(first, end, { focus = false } = {}) {
  for (const row of rows) row.classList.toggle("here", Number(row.dataset.turn) >= first && Number(row.dataset.turn) < end);
  const list = byId("turns");
  if (!rows[first]) return;
  const topOf = (row) => row.getBoundingClientRect().top - list.getBoundingClientRect().top;
  const within = () => {
    list.scrollTop += Math.max(topOf(rows[Math.max(0, first - 4)]) - 8, topOf(rows[first]) - list.clientHeight * 0.4);
  };
  // Turns out of view have an estimated height until they come near, so the place settles over a few frames.
  const settle = (left) => {
    const before = list.scrollTop;
    within();
    if (left && (left > FRAMES - 2 || Math.abs(list.scrollTop - before) > 1)) requestAnimationFrame(() => settle(left - 1));
  };
  settle(FRAMES);
  if (focus) rows[first].focus({ preventScroll: true });
}

export function currentTurn() {
  const row = document.activeElement?.closest?.(".turn");
  return row && rows.includes(row) ? Number(row.dataset.turn) : null;
}

export function focusTurn(step) {
  const at = currentTurn() ?? rows.findIndex((row) => row.classList.contains("here"));
  const row = rows[Math.min(rows.length - 1, Math.max(0, Math.max(at, 0) + step))];
  row?.focus();
  row?.scrollIntoView({ block: "nearest" });
}

function turnRow(turn) {
  const row = element("li", `turn is-${turn.role}`);
  row.dataset.turn = turn.index;
  row.tabIndex = -1;
  const who = element("p", "who");
  who.append(element("span", "who-name", turn.who), element("span", "turn-no", String(turn.index)));
  if (turn.time) who.append(element("span", "turn-time", turn.time));
  const said = element("div", "said-text");
  said.append(spoken(turn));
  for (const move of turn.beside) said.append(element("p", "beside-turn", move));
  row.append(who, said);
  return row;
}

function spoken(turn) {
  const words = element("p", "words");
  for (const part of turn.parts) {
    if (!part.hits.length) {
      words.append(part.text);
      continue;
    }
    const mark = element("mark", `is-${turn.hits[part.hits[0]].kind}`, part.text);
    mark.tabIndex = 0;
    mark.reasons = part.hits.map((at) => turn.hits[at]);
    words.append(mark);
  }
  return words;
}
