// Handing a transcript to the command, and watching how far it is.

import { ask } from "./api.js";
import { refused } from "./say.js";
import { word } from "./words.js";

const LARGEST = 1_000_000;
const LOOK_MS = 700;
const byId = (id) => document.getElementById(id);

export async function score(form, onDone) {
  const file = form.elements.transcript.files[0];
  if (!file) return;
  if (file.size > LARGEST) {
    byId("scoring").textContent = word("too_large");
    return;
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  const body = {
    name: file.name,
    content: base64(bytes),
    roles: form.elements.roles.value.trim(),
    dyad: form.elements.dyad.value.trim(),
    allow_identifiers: form.elements.identifiers.checked,
  };
  try {
    show(await ask("/api/score", body));
    await watch(onDone);
  } catch (error) {
    refused(error);
  }
}

async function watch(onDone) {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const told = await ask("/api/score");
    if (!byId("scoring")) return;
    show(told);
    if (told.progress === "done") await onDone(told);
    if (told.progress !== "running") return;
  }
}

export function show(told) {
  byId("scoring").textContent = told.words;
  byId("scoring-bar").hidden = told.progress !== "running";
}

function base64(bytes) {
  const pieces = [];
  for (let at = 0; at < bytes.length; at += 0x8000) pieces.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  return btoa(pieces.join(""));
}
