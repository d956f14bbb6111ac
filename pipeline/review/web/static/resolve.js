// Two ratings side by side: decide, keep both, see how far raters agree.

import { ask } from "./api.js";
import { element, fill } from "./bind.js";
import { conflict } from "./dialogs.js";
import { refused } from "./say.js";
import { showTurns } from "./transcript.js";
import { word } from "./words.js";

const byId = (id) => document.getElementById(id);
let rows = [];

export async function openResolve() {
  const told = await ask("/api/resolve");
  rows = told.rows;
  byId("main").replaceChildren(fill("resolve", told));
  const raters = [...new Set(rows.flatMap((row) => row.raters))].sort();
  byId("filter-rater").append(...raters.map((name) => Object.assign(element("option", "", name), { value: name })));
  for (const id of ["filter-resolve", "filter-rater"]) byId(id).addEventListener("change", render);
  render();
}

export function forgetResolve() {
  rows = [];
}

export const actions = {
  adjudicate: (button) => adjudicate(button),
  agreement: () => showAgreement(),
};

export async function showContext(details) {
  const { session, first, end } = details.closest(".resolve-row").dataset;
  const list = details.querySelector(".turns");
  if (!details.open || list.childElementCount) return;
  const told = await ask(`/api/resolve/${session}/${first}/${end}`);
  showTurns(told.turns, list);
  for (const row of list.children) row.classList.toggle("here", Number(row.dataset.turn) >= told.first && Number(row.dataset.turn) < told.end);
}

function render() {
  const wanted = byId("filter-resolve").value;
  const rater = byId("filter-rater").value;
  const kept = rows.filter((row) => (!wanted || (wanted === "differ" ? row.differ : !row.consensus)) && (!rater || row.raters.includes(rater)));
  byId("resolve-rows").replaceChildren(...kept.map((row) => fill("resolve-row", row)));
}

async function adjudicate(button) {
  const { session, first, end, version } = button.closest(".resolve-row").dataset;
  const place = { session_id: session, first: Number(first), end: Number(end) };
  await decide({ ...place, based_on: Number(version), reading: button.dataset.reading });
}

async function decide(body) {
  try {
    rows = (await ask("/api/resolve", body)).rows;
    render();
    byId("resolve-rows").querySelector(`[data-session="${body.session_id}"][data-first="${body.first}"] button`)?.focus();
  } catch (error) {
    if (error.status !== 409 || error.told.current === undefined) return refused(error);
    if ((await conflict(error.told)) === "yours") return decide({ ...body, based_on: error.told.current });
    rows = (await ask("/api/resolve")).rows;
    render();
  }
}

async function showAgreement() {
  const place = byId("agreement");
  place.hidden = false;
  place.textContent = word("counting");
  try {
    place.textContent = (await ask("/api/resolve/agreement")).table;
  } catch (error) {
    place.hidden = true;
    refused(error);
  }
}
