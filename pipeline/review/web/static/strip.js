// The strip: one stop in the tab order, arrow keys from cell to cell, Enter or a click goes there.

import { draw } from "./svg.js";

const byId = (id) => document.getElementById(id);
let cells = [];
let at = 0;

export function showStrip(described, words, onGo) {
  const strip = draw(described);
  cells = [...strip.querySelectorAll(".cell")];
  at = Math.min(at, Math.max(0, cells.length - 1));
  cells[at]?.setAttribute("tabindex", "0");
  const had = byId("strip").contains(document.activeElement);
  byId("strip").replaceChildren(strip);
  if (had) cells[at]?.focus();
  byId("strip-words").replaceChildren(...words.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  strip.addEventListener("click", (event) => go(event.target.closest(".cell"), onGo));
  strip.addEventListener("keydown", (event) => key(event, onGo));
}

export function markCell(first, end) {
  for (const [place, cell] of cells.entries()) {
    const here = Number(cell.dataset.first) < end && first < Number(cell.dataset.end);
    cell.classList.toggle("here", here);
    if (here && !cells[at]?.classList.contains("here")) move(place, false);
  }
}

// The segment that holds a turn: what a pin is about.
export function segmentOf(turn) {
  const cell = cells.find((one) => Number(one.dataset.first) <= turn && turn < Number(one.dataset.end));
  return cell ? placeOf(cell) : { first: turn, end: turn + 1 };
}

export const currentCell = () => (cells[at] && byId("strip").contains(document.activeElement) ? placeOf(cells[at]) : null);

export function forgetStrip() {
  cells = [];
  at = 0;
}

const placeOf = (cell) => ({ first: Number(cell.dataset.first), end: Number(cell.dataset.end) });

function key(event, onGo) {
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 10, ArrowUp: -10, Home: -cells.length, End: cells.length };
  if (event.key in steps) {
    event.preventDefault();
    move(Math.min(cells.length - 1, Math.max(0, at + steps[event.key])), true);
  } else if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    go(cells[at], onGo);
  }
}

function move(place, focus) {
  cells[at]?.setAttribute("tabindex", "-1");
  at = place;
  cells[at].setAttribute("tabindex", "0");
  if (focus) cells[at].focus();
}

function go(cell, onGo) {
  if (!cell) return;
  move(cells.indexOf(cell), true);
  onGo(placeOf(cell));
}
