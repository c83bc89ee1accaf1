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
