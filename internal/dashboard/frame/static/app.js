// What pages do beyond links and forms: times in the reader's zone, keeping up to date, the keyboard. A page works
// without it.
"use strict";
(() => {
  const $ = (sel, root = document) => root.querySelector(sel);
  const $$ = (sel, root = document) => [...root.querySelectorAll(sel)];

  // Times. The server writes UTC; here they get the reader's zone, and the shop's on hover.
  const clock = new Intl.DateTimeFormat(undefined, {dateStyle: "medium", timeStyle: "medium"});
  const short = new Intl.DateTimeFormat(undefined, {hour: "2-digit", minute: "2-digit"});
  const dated = new Intl.DateTimeFormat(undefined, {day: "numeric", month: "short", hour: "2-digit", minute: "2-digit"});
  const day = new Intl.DateTimeFormat(undefined, {dateStyle: "medium"});
  const passed = new Intl.RelativeTimeFormat(undefined, {numeric: "auto"});
  function ago(at) {
    const s = (at - Date.now()) / 1000;
    for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
      if (Math.abs(s) >= size) return passed.format(Math.trunc(s / size), unit);
    }
    return passed.format(Math.trunc(s), "second");
  }
  function times(root) {
    for (const el of $$("time[datetime]", root)) {
      const at = new Date(el.dateTime);
      if (isNaN(at)) continue;
      const today = at.toDateString() === new Date().toDateString();
      el.textContent = el.dataset.as === "ago" ? ago(at) : el.dataset.as === "day" ? day.format(at) :
        el.dataset.as === "short" ? (today ? short : dated).format(at) : clock.format(at);
      el.title = clock.format(at) + (el.dataset.shop ? "\n" + el.dataset.shop : "");
    }
  }

  // Charts. The figures are in the table that screen readers have.
  const charts = new Map();
  function draw() {
    if (!window.uPlot) return;
    for (const el of $$("[data-chart]")) {
      const table = document.getElementById(el.dataset.chart);
      if (!table) continue;
      const names = $$("thead th", table).map(th => th.textContent);
      const rows = $$("tbody tr", table).map(tr => [...tr.cells].map(c => c.dataset.v === "" ? null : Number(c.dataset.v)));
      const data = names.map((_, i) => rows.map(r => r[i]));
      const ink = getComputedStyle(document.documentElement);
      const colour = name => ink.getPropertyValue(name).trim();
      const axis = {stroke: colour("--faint"), grid: {stroke: colour("--line"), width: 1}, ticks: {stroke: colour("--line")}};
      const lines = ["--accent", "--heals-fill", "--good-fill"];
      const old = charts.get(el);
      if (old) { old.setData(data); continue; }
      charts.set(el, new uPlot({
        width: el.clientWidth || 480, height: 180, cursor: {y: false},
        axes: [axis, {...axis, size: 62, label: el.dataset.unit, labelSize: 18}],
        series: [{}, ...names.slice(1).map((label, i) => ({label, stroke: colour(lines[i % 3]), width: 2,
          points: {show: rows.length < 3}}))],
      }, data, el));
    }
  }
  addEventListener("resize", () => {
    for (const [el, chart] of charts) chart.setSize({width: el.clientWidth, height: 180});
  });

  // Staying up to date. The server says that something changed; the page is fetched and only what differs is touched,
  // so that focus, scroll and what is typed stay.
  let morph;
  if (window.htmx) {
    htmx.registerExtension("waybill", {
      init: api => { morph = api.morph; },
      htmx_before_morph_attr: (el, d) => !(el.tagName === "DETAILS" && d.attrName === "open"),
      htmx_before_morph_node: (el, d) => {
        if (el.dataset && el.dataset.chart) return false;
        return !(el === document.activeElement && /^(INPUT|SELECT|TEXTAREA)$/.test(el.tagName));
      },
    });
  }
  const live = $(".live"), state = $(".live-state"), pause = $("#pause");
  let seen = "", paused = false, lost = false, busy = false, again = false, last = 0;
  function show() {
    live.classList.toggle("paused", paused);
    live.classList.toggle("lost", lost);
    state.textContent = lost ? "Connection lost" : paused ? "Paused" : "Live";
    pause.textContent = paused ? "Go on" : "Pause";
    pause.setAttribute("aria-pressed", String(paused));
  }
  function versions() {
    return new Map($$("[data-key]").filter(el => el.dataset.v).map(el => [el.dataset.key, el.dataset.v]));
  }
  async function refresh() {
    if (paused || document.hidden || !morph || $("dialog[open]")) { again = true; return; }
    if (busy) { again = true; return; }
    busy = true;
    again = false;
    try {
      const answer = await fetch(location.href, {headers: {"X-Seen": seen || "none"}, credentials: "same-origin"});
      if (answer.redirected || answer.status === 401) { location.reload(); return; }
      seen = answer.headers.get("X-Seen") || seen;
      if (answer.status === 200) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        if (page.body.dataset.live !== document.body.dataset.live) { location.reload(); return; }
        const before = versions();
        for (const id of ["main", "side"]) {
          const from = document.getElementById(id), to = page.getElementById(id);
          if (!from || !to) continue;
          times(to);
          const said = $(".said", from);
          if (said) to.prepend(said.cloneNode(true));
          morph(from, to, true);
        }
        document.title = page.title;
        for (const el of $$("[data-key]")) {
          if (el.dataset.v && before.get(el.dataset.key) !== el.dataset.v) {
            el.classList.add("changed");
            setTimeout(() => el.classList.remove("changed"), 2600);
          }
        }
        times();
        draw();
      }
    } catch { /* the stream tells of a lost connection */ }
    last = Date.now();
    busy = false;
    if (again) soon();
  }
  let timer = 0;
  function soon() {
    clearTimeout(timer);
    timer = setTimeout(refresh, Math.max(0, 1000 - (Date.now() - last)));
  }
  function follow() {
    live.hidden = false;
    const stream = new EventSource("/live");
    stream.addEventListener("change", soon);
    stream.addEventListener("out", () => location.reload());
    stream.onopen = () => { if (lost) { lost = false; show(); soon(); } };
    stream.onerror = () => { lost = true; show(); };
    setInterval(() => { if (!lost) soon(); }, 10000);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) soon(); });
    pause.addEventListener("click", toggle);
    addEventListener("pagehide", () => stream.close());
  }
  function toggle() {
    paused = !paused;
    show();
    if (!paused) soon();
  }

  // The keyboard.
  let chosen = -1, going = false;
  const rows = () => $$("#main tbody tr").filter(tr => $("a[href]", tr) && tr.offsetParent);
  function move(by) {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex(tr => tr.contains(document.activeElement));
    chosen = Math.min(all.length - 1, Math.max(0, (at >= 0 ? at : by > 0 ? -1 : 0) + by));
    $("a[href]", all[chosen]).focus();
    all[chosen].scrollIntoView({block: "nearest"});
  }
  document.addEventListener("keydown", e => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName);
    if (e.key === "Escape" && typing) { e.target.blur(); return; }
    if (typing || $("dialog[open]")) return;
    if (going) {
      going = false;
      const to = $(`#side a[data-key="${CSS.escape(e.key)}"]`);
      if (to) { e.preventDefault(); to.click(); }
      return;
    }
    switch (e.key) {
      case "/": if ($("#find")) { e.preventDefault(); $("#find").focus(); $("#find").select(); } break;
      case "j": move(1); break;
      case "k": move(-1); break;
      case "g": going = true; setTimeout(() => { going = false; }, 1500); break;
      case "?": if ($("#keys")) $("#keys").showModal(); break;
      case ".": if (live && !live.hidden) toggle(); break;
    }
  });

  // A text to copy has a button for it.
  document.addEventListener("click", e => {
    const button = e.target.closest("[data-copy]");
    if (!button) return;
    const text = document.getElementById(button.dataset.copy);
    if (!text) return;
    navigator.clipboard.writeText(text.textContent).then(() => { button.textContent = "Copied"; },
      () => getSelection().selectAllChildren(text));
  });

  // On a phone filters are folded away, unless one is in use.
  if (matchMedia("(max-width: 860px)").matches && !location.search) {
    for (const el of $$(".fold")) el.open = false;
  }

  times();
  draw();
  setInterval(times, 15000);
  if (live && document.body.dataset.live) follow();
})();
