// Passkeys. Without this the forms that need it are hidden, and words in their place say so.
const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0))
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "")

function unpacked({ publicKey }) {
  const options = { ...publicKey, challenge: toBytes(publicKey.challenge) }
  if (options.user) options.user = { ...options.user, id: toBytes(options.user.id) }
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    options[list] = (options[list] || []).map((one) => ({ ...one, id: toBytes(one.id) }))
  }
  return { publicKey: options }
}

function packed(credential) {
  const response = {}
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = toText(credential.response[part])
  }
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
    authenticatorAttachment: credential.authenticatorAttachment,
  })
}

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options)
  const answer = await fetch(form.dataset.optionsFrom, { headers: { Accept: "application/json" } })
  return (await answer.json()).request_options
}

async function use(form) {
  const failed = form.querySelector("[data-failed]")
  failed.hidden = true
  try {
    const options = unpacked(await optionsOf(form))
    const made = await navigator.credentials[form.dataset.passkey](options)
    form.elements.credential.value = packed(made)
    form.submit()
  } catch {
    failed.hidden = false
  }
}

if (window.PublicKeyCredential) {
  for (const words of document.querySelectorAll("[data-without-passkeys]")) words.hidden = true
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false
    form.querySelector("button").addEventListener("click", () => use(form))
  }
}
