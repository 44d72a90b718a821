// How what is sent anew goes into the page: what is the same stays, with its focus, its scroll and what was typed.
"use strict";

const KEEP = {
  morphStyle: "outerHTML",
  callbacks: {
    beforeNodeMorphed: (old, next) => !isSame(next) && !isTypedIn(old),
    beforeNodeAdded: (node) => {
      if (node.classList?.contains("column") && document.querySelector("#canvas .column")) node.classList.add("is-new");
    },
  },
};

// The server knows that the browser has it, and did not send it again.
function isSame(node) {
  return node.dataset?.same !== undefined;
}

function isTypedIn(node) {
  return node.dataset?.typed !== undefined;
}

htmx.defineExtension("keep", {
  isInlineSwap: (style) => style === "morph",
  handleSwap: (style, target, fragment) => style === "morph" && Idiomorph.morph(target, [...fragment.children], KEEP),
});

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[method=post]");
  if (form) form.dataset.typed = "";
});

// Somebody asked for the newest iterations, and they are not there yet.
let isJumping = false;

// Of the timeline only what the browser doesn't have is sent. Who looks at something there, or scrolled away from the
// newest, keeps these iterations; else the newest come.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.elt.id !== "timeline") return;
  const timeline = detail.elt;
  detail.parameters.have = [...timeline.querySelectorAll("[data-digest]")].map((part) => part.dataset.digest).join(",");
  detail.parameters.rows = timeline.dataset.rows;
  if (!isJumping && isLookedAt(timeline)) {
    detail.parameters.since = timeline.dataset.since;
    detail.parameters.until = timeline.dataset.until;
  }
});

function isLookedAt(timeline) {
  const isAway = (timeline.querySelector(".scroller")?.scrollLeft ?? 0) < -4;
  return isAway || timeline.contains(document.activeElement?.closest?.(".block, .head")) || timeline.matches(":has(.block:hover)");
}

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const timeline = document.getElementById("timeline");
  const button = document.getElementById("newer");
  if (detail.elt.id !== "timeline" || !timeline || !button) return;
  const count = Number(timeline.dataset.newer);
  button.hidden = count === 0;
  button.textContent = `${count} new iteration${count === 1 ? "" : "s"}`;
  // What was asked before the jump may settle after it, and is not what was jumped to.
  if (!isJumping || detail.requestConfig.parameters.until !== undefined) return;
  isJumping = false;
  timeline.querySelector('.block[tabindex="0"]')?.focus({ preventScroll: true });
});

document.addEventListener("click", (event) => {
  if (event.target.id !== "newer") return;
  isJumping = true;
  document.activeElement.blur();
  document.querySelector("#timeline .scroller")?.scrollTo({ left: 0 });
  htmx.trigger(document.body, "fleet-changed");
});
