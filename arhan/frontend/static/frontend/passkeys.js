/* Passkeys: a form with data-passkey asks the browser before it goes, and carries what the browser answers.
   data-options has what to ask; data-options-from says where to get it. */
(() => {
  "use strict";
  const able = window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON;

  const optionsFor = async (form) => {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(form.dataset.optionsFrom, { method: "POST", headers: { "X-CSRFToken": token } });
    if (!answer.ok) throw new Error(`options: ${answer.status}`);
    return answer.json();
  };

  const perform = async (form) => {
    const told = await optionsFor(form);
    if (form.dataset.passkey === "make") {
      return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(told) });
    }
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(told) });
  };

  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    form.hidden = !able;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const said = form.querySelector("[data-passkey-failed]");
      said.hidden = true;
      try {
        const credential = await perform(form);
        form.querySelector("[name=credential]").value = JSON.stringify(credential.toJSON());
      } catch {
        said.hidden = false;
        return;
      }
      form.submit();
    });
  });
})();
