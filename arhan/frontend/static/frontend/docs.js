/* Trying the API out: the request a form describes, sent with the token on the page; nothing is kept. */
(() => {
  "use strict";
  const token = document.getElementById("token");
  document.querySelectorAll("[data-try]").forEach((part) => { part.hidden = false; });

  const request = (form) => {
    let path = form.dataset.path;
    const query = new URLSearchParams();
    form.querySelectorAll("[data-place]").forEach((input) => {
      if (input.dataset.place === "path") path = path.replace(`{${input.name}}`, encodeURIComponent(input.value));
      else if (input.value !== "") query.set(input.name, input.value);
    });
    const headers = { Accept: "application/json" };
    if (token.value.trim()) headers.Authorization = `Bearer ${token.value.trim()}`;
    if ("key" in form.dataset) headers["Idempotency-Key"] = crypto.randomUUID ? crypto.randomUUID() : String(Date.now() + Math.random());
    const body = form.querySelector("[name=body]");
    if (body) headers["Content-Type"] = "application/json";
    const address = query.size ? `${path}?${query}` : path;
    return [address, { method: form.dataset.method, headers, body: body ? body.value : undefined, credentials: "omit" }];
  };

  const readable = (text) => { try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; } };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form[data-try]")) return;
    event.preventDefault();
    const place = form.querySelector("[data-answer]");
    const [address, options] = request(form);
    place.hidden = false;
    place.textContent = `${options.method} ${address} …`;
    try {
      const answer = await fetch(address, options);
      place.textContent = `${answer.status} ${answer.statusText}\n${readable(await answer.text())}`;
    } catch {
      place.textContent = document.body.dataset.offline;
    }
  });
})();
