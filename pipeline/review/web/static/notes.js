// Text fields that save themselves: within half a second of a pause, within a second in any case, one write of a field at a time.

import { ask } from "./api.js";
import { conflict } from "./dialogs.js";
import { refused, saved } from "./say.js";
import { word } from "./words.js";

const PAUSE_MS = 400;
const LONGEST_MS = 900;
const RETRY_MS = 2000;
const waiting = new Map();

// `where` returns what a write needs beside the text: path, mode and turns.
export function watch(prompt, where) {
  const field = prompt.querySelector("textarea");
  field.addEventListener("input", () => touch(prompt, where()));
}

export function touch(prompt, where) {
  const now = performance.now();
  const job = waiting.get(prompt) ?? { since: now, where, writing: null };
  waiting.set(prompt, job);
  clearTimeout(job.timer);
  saved(word("saving"));
  job.timer = setTimeout(() => write(prompt), Math.max(0, Math.min(PAUSE_MS, job.since + LONGEST_MS - now)));
}

// Drop what waits: the window is being locked while the program cannot be reached.
export function forgetNotes() {
  for (const job of waiting.values()) clearTimeout(job.timer);
  waiting.clear();
}

// Wait until everything that was typed is stored; false when something could not be.
export async function flush() {
  await Promise.all([...waiting.keys()].map(write));
  return waiting.size === 0;
}

export const isWaiting = () => waiting.size > 0;

export function textOf(prompt) {
  const chips = [...prompt.querySelectorAll('.chip[aria-pressed="true"]')].map((chip) => chip.dataset.chip);
  return { text: prompt.querySelector("textarea").value, chips };
}

async function write(prompt) {
  const job = waiting.get(prompt);
  if (!job) return;
  clearTimeout(job.timer);
  if (job.writing) {
    await job.writing;
    if (waiting.has(prompt)) await write(prompt);
    return;
  }
  job.writing = send(prompt, job);
  await job.writing;
  job.writing = null;
}

async function send(prompt, job) {
  const sent = textOf(prompt);
  const { path, ...place } = job.where;
  const body = { ...place, field: prompt.dataset.field, ...sent, based_on: Number(prompt.dataset.version) };
  try {
    const told = await ask(path, body);
    prompt.dataset.version = told.version;
    settle(prompt, job, sent);
    saved(told.saved);
  } catch (error) {
    await failed(error, prompt, job);
  }
}

function settle(prompt, job, sent) {
  const now = textOf(prompt);
  if (now.text === sent.text && now.chips.join() === sent.chips.join()) {
    waiting.delete(prompt);
  } else {
    job.since = performance.now();
    job.timer = setTimeout(() => write(prompt), PAUSE_MS);
  }
}

async function failed(error, prompt, job) {
  if (error.status === 409 && error.told.current !== undefined) {
    prompt.dataset.version = error.told.current;
    if ((await conflict(error.told)) === "theirs") prompt.querySelector("textarea").value = error.told.stored;
    job.timer = setTimeout(() => write(prompt), 0);
    return;
  }
  saved(word("not_saved"));
  if (error.status !== 0 && error.status !== 401) {
    waiting.delete(prompt);
    refused(error);
    return;
  }
  job.timer = setTimeout(() => write(prompt), RETRY_MS);
}
