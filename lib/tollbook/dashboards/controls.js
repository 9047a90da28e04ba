// The filter bar. It tells the kernel what was chosen and how wide, how sharp and how dark the screen is;
// it says at once that something is under way, and admits it when the kernel no longer answers.
const SILENCE = 20000; // ms without an answer after which the page says that it sleeps

function option(value, label) {
  const node = document.createElement("option");
  node.value = value;
  node.textContent = label; // text, never markup: names come from data
  return node;
}

function labelled(text, control) {
  const label = document.createElement("label");
  label.className = "tb-field";
  const caption = document.createElement("span");
  caption.textContent = text;
  control.setAttribute("aria-label", text); // the label around it would also read out what is chosen
  label.append(caption, control);
  return label;
}

function render({ model, el }) {
  el.classList.add("tb-bar");
  const client = document.createElement("select");
  client.name = "client";
  const month = document.createElement("select");
  month.name = "month";
  const only = document.createElement("select");
  only.name = "only";
  const periods = document.createElement("fieldset");
  periods.className = "tb-periods";
  const bar = document.createElement("form");
  bar.className = "tb-form";
  bar.setAttribute("aria-label", "What to show");
  bar.addEventListener("submit", (event) => event.preventDefault());
  const refresh = document.createElement("button");
  refresh.type = "button";
  refresh.className = "tb-refresh";
  refresh.textContent = "Refresh";
  refresh.title = "Read the book again";
  const veil = document.createElement("button");
  veil.type = "button";
  veil.className = "tb-refresh tb-veil";
  veil.textContent = "Hide figures";
  veil.title = "For sharing the screen: every figure becomes an X";
  veil.setAttribute("aria-pressed", "false");
  bar.append(labelled("Client", client), periods, labelled("Month", month), labelled("Only", only), veil, refresh);
  const asleep = document.createElement("p");
  asleep.className = "tb-asleep";
  asleep.setAttribute("role", "alert");
  asleep.hidden = true;
  const again = document.createElement("a");
  again.href = "";
  again.textContent = "Load it again";
  asleep.append("This page has gone to sleep. ", again, " to see current figures.");
  el.append(bar, asleep);

  const page = () => el.closest(".tollbook");
  let silence;

  function busy(on) {
    const root = page();
    if (root) {
      root.classList.toggle("tb-busy", on);
      root.setAttribute("aria-busy", String(on));
    }
    clearTimeout(silence);
    asleep.hidden = true;
    if (on) silence = setTimeout(() => { busy(false); asleep.hidden = false; }, SILENCE);
  }

  // Every wish has a number: a drawing that was under way when the reader chose is not the answer.
  function ask(wish) {
    busy(true);
    model.set({ ...wish, asked: model.get("asked") + 1 });
    model.save_changes();
    link();
  }

  function choose(choice) {
    ask({ choice: { ...model.get("choice"), ...choice } });
  }

  const pressed = (event) => { if (event.target.closest?.(".tollbook") === page()) choose(event.detail); };
  document.addEventListener("tollbook:choose", pressed);

  function fill() {
    client.replaceChildren(...model.get("clients").map(([id, name]) => option(id, name)));
    const rolling = model.get("periods").length > 0;
    periods.hidden = !rolling;
    month.replaceChildren(...(rolling ? [option("", "Choose…")] : []), ...model.get("months").map(([id, name]) => option(id, name)));
    const legend = document.createElement("legend");
    legend.className = "tb-unseen";
    legend.textContent = "Period";
    periods.replaceChildren(legend, ...model.get("periods").map(([id, name]) => {
      const label = document.createElement("label");
      const radio = document.createElement("input");
      radio.type = "radio";
      radio.name = "period";
      radio.value = id;
      radio.addEventListener("change", () => choose({ period: id }));
      const text = document.createElement("span");
      text.textContent = name;
      label.append(radio, text);
      return label;
    }));
    show();
  }

  function offer() {
    const groups = new Map();
    for (const [group, id, name] of model.get("values")) {
      if (!groups.has(group)) groups.set(group, Object.assign(document.createElement("optgroup"), { label: group }));
      groups.get(group).append(option(id, name));
    }
    only.replaceChildren(option("", "Everything"), ...groups.values());
    only.parentElement.hidden = groups.size === 0;
    show();
  }

  function show() {
    const { client: id, period, only: value } = model.get("choice");
    only.value = value ?? "";
    only.classList.toggle("tb-on", only.value !== "");
    client.value = id;
    month.value = model.get("months").some(([value]) => value === period) ? period : "";
    month.classList.toggle("tb-on", month.value !== "" && model.get("periods").length > 0);
    for (const radio of periods.querySelectorAll("input")) radio.checked = radio.value === period;
  }

  function link() {
    if (document.body.dataset.voila === undefined) return; // in a notebook the address is not ours
    const address = new URL(window.location.href);
    for (const [name, value] of Object.entries({ only: "", by: "", ...model.get("choice") })) {
      if (value) address.searchParams.set(name, value); else address.searchParams.delete(name);
    }
    window.history.replaceState(null, "", address);
  }

  refresh.addEventListener("click", () => ask({ again: model.get("again") + 1 }));
  veil.addEventListener("click", () => ask({ incognito: !model.get("incognito") }));
  model.on("change:incognito", () => {
    veil.setAttribute("aria-pressed", String(model.get("incognito")));
    veil.textContent = model.get("incognito") ? "Show figures" : "Hide figures";
    page()?.classList.toggle("tb-hidden", model.get("incognito"));
  });

  // A picture's heading says what it shows; it is also what a screen reader should say in its place.
  function describe() {
    for (const picture of page()?.querySelectorAll(".tb-picture img") ?? []) {
      picture.alt = picture.closest(".tb-picture").querySelector("h2")?.textContent ?? "";
    }
  }

  only.addEventListener("change", () => choose({ only: only.value }));
  // A click on a destination's name narrows the page to it; the list above is the same for keyboards.
  const drill = (event) => {
    const cell = event.target.closest?.(".tb-table tbody td:first-child");
    const found = cell && [...only.querySelectorAll("optgroup[label=Destination] option")].find((one) => one.textContent === cell.textContent);
    if (found) choose({ only: only.value === found.value ? "" : found.value });
  };
  document.addEventListener("click", drill);
  client.addEventListener("change", () => choose({ client: client.value }));
  month.addEventListener("change", () => { if (month.value) choose({ period: month.value }); else show(); });

  const night = window.matchMedia("(prefers-color-scheme: dark)");
  const paper = window.matchMedia("print");
  let measuring;

  // The kernel draws pictures exactly as wide as their panels; the style sheet alone decides how wide those are.
  function measure() {
    page()?.classList.toggle("tb-dark", night.matches);
    if (paper.matches) return;
    const room = (panel) => Math.floor(page()?.querySelector(panel + " .tb-head")?.getBoundingClientRect().width ?? 0);
    const wide = room(".tb-wide");
    const half = room(".tb-picture:not(.tb-wide)") || model.get("screen").half || wide; // there may be wide pictures alone
    if (!wide || !half) { soon(); return; }
    const screen = { wide, half, dark: night.matches, ratio: Math.min(2, window.devicePixelRatio || 1) };
    const known = model.get("screen");
    if (Object.keys(screen).every((key) => screen[key] === known[key])) return;
    model.set("screen", screen);
    model.save_changes();
  }

  const soon = () => { clearTimeout(measuring); measuring = setTimeout(measure, 200); };
  const observer = new ResizeObserver(soon);
  requestAnimationFrame(() => { measure(); observer.observe(document.body); });
  night.addEventListener("change", measure);

  model.on("change:clients", fill);
  model.on("change:months", fill);
  model.on("change:values", offer);
  model.on("change:choice", show);
  model.on("change:drawn", () => { busy(model.get("answered") !== model.get("asked")); show(); link(); describe(); });
  fill();
  offer();
  link();

  return () => {
    observer.disconnect();
    document.removeEventListener("click", drill);
    document.removeEventListener("tollbook:choose", pressed);
    night.removeEventListener("change", measure);
    clearTimeout(silence);
    clearTimeout(measuring);
  };
}

export default { render };
