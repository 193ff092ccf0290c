/* The developers' pages: each service's own OpenAPI document, tried out through the gateway. */
(async () => {
  "use strict";
  const place = document.getElementById("api");
  const say = (text) => { place.textContent = text; };
  try {
    const answer = await fetch(place.dataset.spec);
    if (!answer.ok) throw new Error(String(answer.status));
    const spec = await answer.json();
    spec.servers = [{ url: place.dataset.base }];
    place.replaceChildren();
    SwaggerUIBundle({
      spec,
      domNode: place,
      deepLinking: true,
      docExpansion: "list",
      defaultModelsExpandDepth: 0,
      displayRequestDuration: true,
      filter: true,
      persistAuthorization: false,
      syntaxHighlight: false,
      validatorUrl: null,
      withCredentials: false,
    });
  } catch {
    say(place.dataset.failed);
  }
})();
