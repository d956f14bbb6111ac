// A session in My first look or Together: what is looked at, and what is done with it.

import { ask } from "./api.js";
import { fill } from "./bind.js";
import { conflict } from "./dialogs.js";
import { forgetMoments, markMoment, neighbour, showMoments, showMore, visible, watchFilters } from "./moments.js";
import { flush } from "./notes.js";
import { focusQuestions, focusTool, share, showPlace, toggleChip } from "./panel.js";
import { refused, saved, tell } from "./say.js";
import { currentCell, forgetStrip, markCell, segmentOf, showStrip } from "./strip.js";
import { currentTurn, focusTurn, goTo, replaceTurns, showTurns } from "./transcript.js";

const byId = (id) => document.getElementById(id);
let open = null;

export const isSession = () => open !== null;
export const sessionId = () => open?.id ?? null;

export async function openSession(id, mode) {
  const told = await ask(`/api/sessions/${id}?mode=${mode}`);
  forgetSession();
  open = { id, mode, path: `/api/sessions/${id}`, place: null, since: performance.now() };
  const view = fill("session", told);
  byId("main").replaceChildren(view);
  watchFilters();
  byId("show-marks").addEventListener("change", () => byId("turns").classList.toggle("plain", !byId("show-marks").checked));
  showTurns(told.turns);
  showReview(told.review);
  const first = visible()[0];
  if (first) await look(first, { focus: true });
  else showPlace(null, open);
  return told;
}

export function forgetSession() {
  open = null;
  forgetMoments();
  forgetStrip();
}

export const actions = {
  moment: (button) => look(placeOf(button), { focus: true }),
  more: () => showMore(),
  next: () => step(1),
  previous: () => step(-1),
  decide: (button) => decide(button.dataset.reading),
  choose: () => choose(),
  pin: () => pin(),
  undo: () => act("undo", {}),
  reveal: () => reveal(false),
  skip: () => reveal(true),
  chip: (button) => toggleChip(button),
  share: (button) => share(button),
  reflect: () => focusQuestions(),
  transcript: () => focusTurn(0),
  marks: () => byId("show-marks").click(),
  turnDown: () => focusTurn(1),
  turnUp: () => focusTurn(-1),
};

async function look(place, { focus = false } = {}) {
  await flush();
  const { path, mode } = open;
  const told = await ask(`${path}/places/${place.first}/${place.end}?mode=${mode}`);
  open.place = { first: place.first, end: place.end };
  open.since = performance.now();
  showHere(told, focus);
}

function showHere(told, focus) {
  const { first, end } = open.place;
  goTo(first, end, { focus });
  markMoment(first, end);
  markCell(first, end);
  showPlace(told, open);
  showChosen();
}

function showReview(review) {
  open.version = review.version;
  showMoments(review.moments, review.nothing);
  showStrip(review.strip, review.strip_words, (place) => look(atMoment(place)).catch(refused));
  byId("undo").disabled = !review.can_undo;
  if (review.saved) saved(review.saved);
  if (review.turns.length) replaceTurns(review.turns);
}

function showChosen() {
  const row = visible().find((one) => one.first === open.place?.first && one.end === open.place?.end);
  byId("choose").setAttribute("aria-pressed", String(Boolean(row?.chosen)));
}

async function step(by) {
  const place = neighbour(open.place, by);
  if (place) await look(place, { focus: true });
}

// A cell inside a moment stands for the moment; another one for itself.
function atMoment(place) {
  return visible().find((one) => one.first < place.end && place.first < one.end) ?? place;
}

async function decide(reading) {
  if (!open.place) return;
  await act("decide", { ...open.place, reading, seconds: seconds() });
}

async function choose() {
  if (!open.place) return;
  const chosen = byId("choose").getAttribute("aria-pressed") !== "true";
  await act("choose", { ...open.place, chosen });
}

async function pin() {
  const turn = currentTurn();
  const place = turn !== null ? segmentOf(turn) : currentCell() ?? open.place;
  if (!place) return;
  if (visible().some((one) => one.first === place.first && one.end === place.end)) await look(place, { focus: true });
  else await act("decide", { ...place, reading: "unsure" });
}

async function reveal(skip) {
  if (!open.place) return;
  await flush();
  if (await act("reveal", { ...open.place, skip })) focusTool();
}

// Store something and show what follows. A stale write that touches another place is repeated; at this place both sides are shown.
async function act(verb, body, again = true) {
  try {
    const told = await ask(`${open.path}/${verb}`, { mode: open.mode, based_on: open.version, ...body });
    showAfter(told);
    return true;
  } catch (error) {
    if (error.status !== 409 || error.told.current === undefined) {
      refused(error);
      return false;
    }
    showReview(await ask(`${open.path}/review?mode=${open.mode}`));
    if (!again || (error.told.here && (await conflict(error.told)) === "theirs")) {
      if (open.place) await look(open.place);
      return false;
    }
    return act(verb, body, false);
  }
}

function showAfter(told) {
  showReview(told);
  if (!told.place) return;
  const { first, end } = told.place;
  const moved = open.place?.first !== first || open.place?.end !== end;
  open.place = { first, end };
  if (moved) goTo(first, end);
  markMoment(first, end);
  markCell(first, end);
  tell([told.place.title, told.place.decision, told.saved].filter(Boolean).join(". "));
  showPlace(told.place, open);
  showChosen();
}

const placeOf = (one) => ({ first: Number(one.dataset.first), end: Number(one.dataset.end) });
const seconds = () => Math.min(86_400, Math.round((performance.now() - open.since) / 1000));
