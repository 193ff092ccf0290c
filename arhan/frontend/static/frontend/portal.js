/* Conveniences of the portal. Every page reads and every form works without this file. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const body = document.body;

  /* The visitor's time zone, so that the server writes times as they live them. */
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && !document.cookie.includes(`tz=${zone}`)) {
    document.cookie = `tz=${zone}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  }

  /* A short word at the bottom of the page. */
  const toast = (text) => {
    all(".toast-b").forEach((old) => old.remove());
    const box = document.createElement("div");
    box.className = "toast-b";
    box.setAttribute("role", "status");
    box.textContent = text;
    body.append(box);
    setTimeout(() => box.remove(), 2200);
  };

  const copy = async (text) => {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "only-sr";
    body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  };

  const veil = (on) => {
    all("[data-veiled]").forEach((part) => part.classList.toggle("veiled", on));
    all("[data-veil]").forEach((button) => {
      button.setAttribute("aria-pressed", String(on));
      all("[data-when]", button).forEach((icon) => { icon.hidden = (icon.dataset.when === "veiled") !== on; });
    });
  };
  const veiledBefore = () => { try { return localStorage.getItem("veiled") === "1"; } catch { return false; } };
  const keepVeil = () => { if (veiledBefore()) veil(true); };
  keepVeil();
  document.addEventListener("htmx:after:swap", keepVeil);

  document.addEventListener("click", async (event) => {
    const at = (selector) => event.target.closest(selector);
    const copying = at("[data-copy]");
    if (copying) {
      await copy(copying.dataset.copy);
      toast(body.dataset.copied);
    }
    const revealing = at("[data-reveal]");
    if (revealing) {
      const input = document.getElementById(revealing.dataset.reveal);
      const shown = input.type === "password";
      input.type = shown ? "text" : "password";
      revealing.setAttribute("aria-pressed", String(shown));
      all("[data-when]", revealing).forEach((icon) => { icon.hidden = (icon.dataset.when === "shown") !== shown; });
    }
    if (at("[data-veil]")) {
      const on = !veiledBefore();
      try { localStorage.setItem("veiled", on ? "1" : "0"); } catch { /* private window: for this page only */ }
      veil(on);
    }
    if (at("[data-print]")) window.print();
    all("details.me[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, textarea, select, [contenteditable]");
    const search = document.querySelector("[data-slash]");
    if (event.key === "/" && !typing && search) { event.preventDefault(); search.focus(); }
    if (event.key === "Escape") all("details.me[open]").forEach((menu) => { menu.open = false; });
  });

  /* What cannot be undone is asked once more. */
  document.addEventListener("submit", (event) => {
    const question = event.target.dataset.ask;
    if (question && !window.confirm(question)) event.preventDefault();
  }, true);

  /* A form that must go once: its button rests while the answer is on its way. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]") || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    all("button[type=submit]", form).forEach((button) => button.setAttribute("aria-busy", "true"));
  });
  window.addEventListener("pageshow", () => {
    all("form[data-once]").forEach((form) => {
      delete form.dataset.sent;
      all("button[type=submit]", form).forEach((button) => button.removeAttribute("aria-busy"));
    });
  });

  /* Filters apply when they change; without scripts there is a button. */
  const hideButtons = () => all("form[data-auto] [data-auto-button]").forEach((button) => { button.hidden = true; });
  hideButtons();
  document.addEventListener("htmx:after:swap", hideButtons);
  document.addEventListener("change", ({ target }) => {
    if (target.form?.matches("[data-auto]")) target.form.requestSubmit();
  });

  /* The sign before an amount is that of the account it is paid from. */
  document.addEventListener("change", ({ target }) => {
    const unit = target.dataset.unit && target.form?.querySelector(".with-unit .unit");
    if (unit) unit.textContent = target.dataset.unit;
  });

  /* Thousands are grouped once the amount is typed; a comma that groups none is left for the server to refuse. */
  document.addEventListener("focusout", (event) => {
    const input = event.target;
    if (!input.matches || !input.matches("input.amount") || document.documentElement.lang !== "en") return;
    const match = /^([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(\.[0-9]*)?$/.exec(input.value.trim());
    if (match) input.value = match[1].replaceAll(",", "").replace(/^0+(?=\d)/, "").replace(/\B(?=(\d{3})+$)/g, ",") + (match[2] || "");
  });

  /* Before the session ends: say so, and offer to stay. */
  const dialog = document.getElementById("session-dialog");
  if (dialog) {
    const warned = Number(body.dataset.sessionWarned) * 1000;
    let endsAt = Date.now() + Number(body.dataset.sessionLeft) * 1000;
    const shown = dialog.querySelector("[data-left]");
    const stay = async () => {
      dialog.close();
      const answer = await fetch(dialog.dataset.stay, {
        method: "POST",
        headers: { "X-CSRFToken": dialog.dataset.token },
        redirect: "manual",
      });
      if (answer.status === 204) endsAt = Date.now() + Number(dialog.dataset.idle) * 1000;
      else location.reload();
    };
    dialog.querySelector("[data-stay-button]").addEventListener("click", stay);
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); stay(); });
    setInterval(() => {
      const left = endsAt - Date.now();
      if (left <= 0) { location.reload(); return; }
      if (left > warned) return;
      if (!dialog.open) dialog.showModal();
      shown.textContent = `${Math.floor(left / 60000)}:${String(Math.floor(left / 1000) % 60).padStart(2, "0")}`;
    }, 1000);
  }

  /* What the bank has to tell arrives by itself while somebody looks. */
  if (body.dataset.live) {
    let source = null;
    let known = null;
    const tell = (event) => {
      const unread = Number(event.data);
      all("[data-unread]").forEach((badge) => {
        badge.textContent = unread > 99 ? "99+" : String(unread);
        badge.hidden = unread === 0;
      });
      if (known !== null && unread > known) {
        toast(body.dataset.told);
        all("[data-news]").forEach((list) => htmx.trigger(list, "news"));
      }
      known = unread;
    };
    const listen = () => {
      if (source) source.close();
      source = null;
      if (document.hidden) return;
      source = new EventSource(body.dataset.live);
      source.onmessage = tell;
    };
    document.addEventListener("visibilitychange", listen);
    window.addEventListener("pagehide", () => { if (source) source.close(); source = null; });
    window.addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
    listen();
  }

  /* More rows have come: the address says how many are shown, so that coming back or reloading finds them. */
  document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
    const address = ctx.sourceElement?.dataset?.address;
    if (address && ctx.response.status < 400) history.replaceState(history.state, "", address);
  });

  /* htmx: our own words when the network is gone. */
  document.addEventListener("htmx:error", () => {
    toast(body.dataset.offline);
    all("[data-outline]").forEach((outline) => outline.remove());
    all("[data-outline-failed]").forEach((told) => { told.hidden = false; });
  });
})();
