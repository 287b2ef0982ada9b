// What pages do beyond links and forms. Each part looks for its own attributes and does nothing where there are none.
"use strict";

// -- choosing an entity while typing (ARIA combobox) ------------------------------------------------------------------
for (const input of document.querySelectorAll("input[data-complete]")) {
  const list = document.getElementById(input.getAttribute("aria-controls"));
  const picks = input.dataset.complete === "pick";
  const hidden = picks ? input.form.elements[input.name + "_id"] : null;
  let timer = 0, asked = "", at = -1;

  const options = () => [...list.querySelectorAll('[role="option"]')];
  const close = () => { list.hidden = true; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const mark = (to) => {
    const all = options();
    if (!all.length) return;
    at = (to + all.length) % all.length;
    all.forEach((one, place) => one.setAttribute("aria-selected", String(place === at)));
    input.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  };
  const choose = (option) => {
    if (picks) { input.value = option.dataset.name; hidden.value = option.dataset.id; close(); }
    else location.href = option.dataset.href;
  };
  const ask = async () => {
    const words = input.value.trim();
    if (!words || words.endsWith("?")) { close(); return; }
    asked = words;
    const answer = await fetch("/search/options?" + new URLSearchParams({ q: words, list: list.id }));
    if (!answer.ok || asked !== words || document.activeElement !== input) return;
    list.innerHTML = await answer.text(); // escaped where it was made
    list.hidden = false;
    at = -1;
    input.setAttribute("aria-expanded", "true");
  };
  input.addEventListener("input", () => { if (hidden) hidden.value = ""; clearTimeout(timer); timer = setTimeout(ask, 80); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") { if (list.hidden) ask(); else mark(at + 1); event.preventDefault(); }
    else if (event.key === "ArrowUp" && !list.hidden) { mark(at - 1); event.preventDefault(); }
    else if (event.key === "Enter" && !list.hidden && at >= 0) { choose(options()[at]); event.preventDefault(); }
    else if (event.key === "Escape") close();
  });
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest('[role="option"]');
    if (option) { event.preventDefault(); choose(option); }
  });
  input.addEventListener("blur", () => setTimeout(close, 100));
}

// -- keys -------------------------------------------------------------------------------------------------------------
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    const search = document.querySelector('input[type="search"]');
    if (search) { search.focus(); search.select(); event.preventDefault(); }
  }
  if (event.key === "Escape" && !typing) closeDrawer();
});

// -- the drawer with the sentences of a hop ---------------------------------------------------------------------------
const drawer = document.getElementById("drawer");
let opener = null;
function closeDrawer() {
  if (drawer && !drawer.hidden) { drawer.hidden = true; drawer.replaceChildren(); if (opener) opener.focus(); }
}
document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-statement]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    opener = link;
    const answer = await fetch("/fragments/statements/" + encodeURIComponent(link.dataset.statement));
    if (!answer.ok) { location.href = "/statements/" + encodeURIComponent(link.dataset.statement); return; }
    drawer.innerHTML = await answer.text();
    drawer.hidden = false;
    drawer.querySelector("[data-close]").focus();
  }
  if (event.target.closest("[data-close]")) closeDrawer();
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    await navigator.clipboard.writeText(copy.dataset.copy);
    const said = copy.textContent;
    copy.textContent = "Copied";
    setTimeout(() => { copy.textContent = said; }, 1200);
  }
  const swap = event.target.closest("[data-swap]");
  if (swap) {
    const fields = swap.form.elements;
    for (const suffix of ["", "_id"]) {
      const held = fields["from" + suffix].value;
      fields["from" + suffix].value = fields["to" + suffix].value;
      fields["to" + suffix].value = held;
    }
  }
});

// -- what is remembered on this machine: the reviewer's name ------------------------------------------------------------
for (const field of document.querySelectorAll("[data-keep]")) {
  const name = "isthmus." + field.dataset.keep;
  if (!field.value) field.value = localStorage.getItem(name) || "";
  field.form.addEventListener("submit", () => localStorage.setItem(name, field.value));
}

// -- a form that takes a while says so ----------------------------------------------------------------------------------
for (const form of document.querySelectorAll("form[data-slow]")) {
  form.addEventListener("submit", () => { form.setAttribute("aria-busy", "true"); });
}
addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy"); });

// -- printing -----------------------------------------------------------------------------------------------------------
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
