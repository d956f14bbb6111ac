// Rating blind: one place after the other, with nothing in this window but the session's words and one's own rating.

import { ask } from "./api.js";
import { fill } from "./bind.js";
import { conflict } from "./dialogs.js";
import { refused, saved } from "./say.js";
import { goTo, showTurns } from "./transcript.js";
import { word } from "./words.js";

const byId = (id) => document.getElementById(id);
let work = null;
let codes = null;

export const isLabelling = () => work !== null;

export async function openLabel(rater) {
  codes ??= await ask("/api/label/codes");
  work = { rater, places: [], session: null, version: 0 };
  await refill();
}

export function forgetLabel() {
  work = null;
}

export const actions = {
  "skip-place": () => next(),
  "undo-rating": () => undo(),
  scaleW: () => byId("scale-w").querySelector("input:checked, input").focus(),
  scaleC: () => byId("scale-c").querySelector("input:checked, input").focus(),
  unsure: () => byId("rate").elements.unsure.click(),
  save: () => byId("rate").requestSubmit(),
  digit: (value) => setValue(value),
};

// A digit sets the scale that has the focus, withdrawal when neither has.
function setValue(value) {
  const scale = document.activeElement?.closest(".scale") ?? byId("scale-w");
  const input = scale.querySelector(`input[value="${value}"]`);
  if (!input) return;
  input.checked = true;
  input.focus();
}

async function refill() {
  const told = await ask("/api/label/next", { rater: work.rater });
  work.places = told.places;
  if (!told.places.length) {
    byId("main").replaceChildren(fill("no-label", { note: told.note }));
    return;
  }
  byId("main").replaceChildren(fill("label", { note: told.note }));
  for (const [family, entries] of Object.entries(codes.families)) {
    byId("codes").append(fill("code-family", { name: word(`family_${family}`), codes: entries }));
  }
  work.session = null;
  await next();
}

async function next() {
  const place = work.places.shift();
  if (!place) {
    await refill();
    return;
  }
  work.place = place;
  if (work.session !== place.session_id) {
    showTurns((await ask(`/api/label/sessions/${place.session_id}`)).turns);
    work.session = place.session_id;
  }
  showOwn(await ask(`/api/label/sessions/${place.session_id}/own?rater=${work.rater}`));
  work.since = performance.now();
  byId("rate").reset();
  for (const one of byId("codes").querySelectorAll("details")) one.open = false;
  byId("label-title").textContent = place.title;
  goTo(place.first, place.end);
  byId("label-heading").focus();
}

function showOwn(told) {
  work.version = told.version;
  byId("rated").textContent = told.rated;
  byId("undo").disabled = !told.can_undo;
  if (told.saved) saved(told.saved);
}

export async function rate(form) {
  const { session_id, first, end } = work.place;
  const value = (name) => (form.elements[name].value === "" ? null : Number(form.elements[name].value));
  const unsure = form.elements.unsure.checked;
  const picked = unsure ? [] : [...form.querySelectorAll('input[name="code"]:checked')];
  const body = {
    rater: work.rater, session_id, first, end, based_on: work.version,
    w: unsure ? null : value("w"), c: unsure ? null : value("c"), unsure, confidence: value("confidence"),
    codes: picked.filter((one) => one.dataset.family !== "contribution").map((one) => one.value),
    contributions: Object.fromEntries(picked.filter((one) => one.dataset.family === "contribution").map((one) => [one.value, 1])),
    seconds: Math.min(86_400, Math.round((performance.now() - work.since) / 1000)),
  };
  try {
    const told = await ask("/api/label/rate", body);
    showOwn(told);
    await next();
    if (told.saved) saved(told.saved);
  } catch (error) {
    if (error.status !== 409 || error.told.current === undefined) return refused(error);
    work.version = error.told.current;
    if (!error.told.here || (await conflict(error.told)) === "yours") return rate(form);
    await next();
  }
}

async function undo() {
  const { session_id } = work.place;
  try {
    showOwn(await ask("/api/label/undo", { rater: work.rater, session_id, based_on: work.version }));
  } catch (error) {
    refused(error);
  }
}
