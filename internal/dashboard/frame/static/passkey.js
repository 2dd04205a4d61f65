// Passkeys: the browser asks the device, and the server what to ask for. Without this script passwords still work.
"use strict";
(() => {
  const can = window.PublicKeyCredential && PublicKeyCredential.parseCreationOptionsFromJSON &&
    PublicKeyCredential.parseRequestOptionsFromJSON;
  async function ask(path, body) {
    const answer = await fetch(path, {method: "POST", headers: {"Content-Type": "application/json"},
      body: JSON.stringify(body || {})});
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.error + ". " + (said.next || ""));
    return said;
  }
  function say(place, text) {
    let p = place.querySelector(".passkey-said");
    if (!p) {
      p = document.createElement("p");
      p.className = "passkey-said";
      p.setAttribute("role", "alert");
      place.append(p);
    }
    p.textContent = text;
  }
  const ways = {
    async "sign-in"(place) {
      const second = place.dataset.second ? "?second=yes" : "";
      const begun = await ask("/sign-in/passkey/begin" + second);
      const key = await navigator.credentials.get(
        {publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(begun.options)});
      return ask("/sign-in/passkey?to=" + encodeURIComponent(place.dataset.to || "/"),
        {ticket: begun.ticket, answer: key.toJSON()});
    },
    async "new"(place) {
      const begun = await ask("/account/passkey/begin");
      const key = await navigator.credentials.create(
        {publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(begun.options)});
      return ask("/account/passkey", {ticket: begun.ticket, name: place.querySelector("input").value,
        answer: key.toJSON()});
    },
  };
  for (const place of document.querySelectorAll("[data-passkey]")) {
    if (!can) continue;
    place.hidden = false;
    place.querySelector("button").addEventListener("click", async () => {
      try {
        const led = await ways[place.dataset.passkey](place);
        location.assign(led.to);
      } catch (e) {
        say(place, e.name === "NotAllowedError" ? "The device did not confirm it." : e.message);
      }
    });
  }
})();
