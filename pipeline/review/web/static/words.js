// The few sentences that modules need on their own stand in one element of the page, filled from the wording table.

const held = document.getElementById("words").content;

export const word = (name) => held.querySelector(`[data-word="${name}"]`).textContent;
