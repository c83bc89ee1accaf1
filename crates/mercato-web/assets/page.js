// Light comforts on pages that work without them: pointing at words shows their claim, and the other way round.
"use strict";

const cards = new Map(Array.from(document.querySelectorAll("[data-claim]"), (card) => [card.dataset.claim, card]));

function light(ids, on) {
  for (const mark of document.querySelectorAll("mark[data-claims]")) {
    if (mark.dataset.claims.split(" ").some((id) => ids.includes(id))) mark.classList.toggle("lit", on);
  }
  for (const id of ids) cards.get(id)?.classList.toggle("lit", on);
}

function follow(element, ids) {
  for (const [event, on] of [["pointerenter", true], ["focusin", true], ["pointerleave", false], ["focusout", false]]) {
    element.addEventListener(event, () => light(ids, on));
  }
}

for (const mark of document.querySelectorAll("mark[data-claims]")) follow(mark, mark.dataset.claims.split(" "));
for (const [id, card] of cards) follow(card, [id]);

// A place in an article named by the address is lit for as long as the address names it.
function place() {
  const id = decodeURIComponent(location.hash).replace(/^#[ck]-/, "");
  document.querySelectorAll(".here").forEach((element) => element.classList.remove("here"));
  cards.get(id)?.classList.add("here");
  for (const mark of document.querySelectorAll("mark[data-claims]")) {
    if (mark.dataset.claims.split(" ").includes(id)) mark.classList.add("here");
  }
}
addEventListener("hashchange", place);
place();

// "/" goes to the search, as readers of long pages expect.
addEventListener("keydown", (event) => {
  const typing = /^(input|select|textarea)$/i.test(document.activeElement?.tagName ?? "");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    document.getElementById("q")?.focus();
  }
});

// The slider says its day while it moves.
const slider = document.getElementById("day");
slider?.addEventListener("input", () => {
  const day = new Date(Number(slider.value) * 864e5).toISOString().slice(0, 10);
  slider.setAttribute("aria-valuetext", day);
  slider.form.querySelector("output").value = day;
});

// Review by keyboard: the keys work while a claim of the queue has the focus.
const stops = Array.from(document.querySelectorAll(".queue .stop"));
if (stops.length) {
  document.getElementById("keys").hidden = false;
  const named = document.getElementById(location.hash.slice(1));
  (stops.includes(named) ? named : stops[Math.min(Number(location.hash.slice(2)) || 1, stops.length) - 1]).focus();
  addEventListener("keydown", (event) => {
    const at = stops.indexOf(document.activeElement?.closest?.(".stop"));
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const press = (element) => element && (event.preventDefault(), element.click());
    if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      stops[Math.max(0, Math.min(stops.length - 1, at + (event.key === "j" ? 1 : -1)))].focus();
    } else if (event.key === "u") {
      press(document.getElementById("undo"));
    } else if (/^[arcsd]$/.test(event.key)) {
      press(stops[at].querySelector(`[data-key="${event.key}"]`));
    }
  });
}
