// What happens to the fleet is told as events. A page of live parts asks for them again, at most twice a second; another
// one says that something changed, and is read again when that is wanted.
"use strict";

const QUIET_MS = 500;
const LOOK_MS = 30_000;

const follow = { source: null, last: "", changes: 0, isDue: false, isPaused: false };

function place(id) {
  return document.getElementById(id);
}

function hasParts() {
  return place("fresh")?.dataset.way === "parts";
}

function hear(event) {
  follow.last = event.lastEventId;
  follow.changes += 1;
  tellAway(event);
  if (hasParts() && !follow.isPaused) refreshSoon();
  else tellChanges();
}

function refreshSoon() {
  if (follow.isDue) return;
  follow.isDue = true;
  setTimeout(() => {
    follow.isDue = false;
    if (!follow.isPaused) refresh();
  }, QUIET_MS);
}

function refresh() {
  follow.changes = 0;
  htmx.trigger(document.body, "fleet-changed");
}

function tellChanges() {
  const words = `${follow.changes} change${follow.changes === 1 ? "" : "s"} since`;
  place("news").textContent = follow.isPaused ? `Paused, ${words}` : words;
  place("show-news").hidden = hasParts();
}

// The page as it is now, in the place of the one from before.
function showChanges() {
  follow.changes = 0;
  place("news").textContent = "";
  place("show-news").hidden = true;
  htmx.ajax("GET", location.href, { target: "#main", swap: "morph", select: "#main" });
}

function pause() {
  follow.isPaused = !follow.isPaused;
  place("pause").setAttribute("aria-pressed", String(follow.isPaused));
  place("pause").textContent = follow.isPaused ? "Go on" : "Pause";
  place("news").textContent = follow.isPaused ? "Paused" : "";
  if (!follow.isPaused) refresh();
}

// Browsers open only a few connections to one place: a page that nobody sees needs none.
function open() {
  const fresh = place("fresh");
  if (follow.source || !fresh?.dataset.events || (document.hidden && !wantsNotice())) return;
  const after = follow.last ? `?after=${follow.last}` : "";
  follow.source = new EventSource(fresh.dataset.events.replace(/\?.*$/, after || "$&"));
  for (const kind of ["batch", "iteration", "task", "fleet", "gap"]) follow.source.addEventListener(kind, hear);
  follow.source.addEventListener("open", () => say("Live"));
  follow.source.addEventListener("error", () => {
    if (follow.source?.readyState === EventSource.CLOSED) say("Not live");
  });
}

function close() {
  follow.source?.close();
  follow.source = null;
}

function say(words) {
  if (hasParts()) place("as-of").firstChild.textContent = `${words}, as of `;
}

// Told by the system while the page is not seen, if somebody asked for that.
function wantsNotice() {
  return localStorage.getItem("notices") === "yes" && globalThis.Notification?.permission === "granted";
}

function tellAway(event) {
  if (!wantsNotice() || !document.hidden || event.type !== "batch") return;
  const { reason, fleet } = JSON.parse(event.data);
  if (reason === "given up") new Notification(`satselect: a batch of ${fleet} was given up`);
}

function stamp() {
  const time = place("as-of")?.querySelector("time");
  if (!time) return;
  const now = new Date();
  time.dateTime = now.toISOString();
  time.textContent = now.toISOString().slice(11, 19);
}

document.addEventListener("click", (event) => {
  if (event.target.id === "show-news") showChanges();
  if (event.target.id === "pause") pause();
});
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (["timeline", "figures", "plan"].includes(detail.elt.id)) stamp();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden && !wantsNotice()) close();
  else open();
});
addEventListener("pagehide", close);
addEventListener("pageshow", open);

function askForNotices() {
  const button = place("notices");
  if (!button || !("Notification" in globalThis)) return;
  const show = () => button.setAttribute("aria-pressed", String(wantsNotice()));
  button.hidden = false;
  show();
  button.addEventListener("click", async () => {
    const wants = !wantsNotice() && (await Notification.requestPermission()) === "granted";
    localStorage.setItem("notices", wants ? "yes" : "no");
    show();
  });
}

askForNotices();
if (place("pause")) place("pause").hidden = !hasParts();
// What is told as "12 s ago" grows old by itself, and where there are no events, somebody has to look.
setInterval(() => {
  if (hasParts() && !document.hidden && !follow.isPaused) refresh();
}, LOOK_MS);
