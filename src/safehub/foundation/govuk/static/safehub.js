// Everything here makes a page quicker or kinder; nothing needs it.
import { initAll } from "./govuk-frontend.js"

document.body.classList.add("js-enabled", "govuk-frontend-supported")
initAll()

// The part of a page that htmx brings in has components of its own to start.
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) initAll({ scope: event.detail.elt })
})
// A form that comes back with mistakes is a 422, and is shown like any other answer.
document.addEventListener("htmx:beforeSwap", (event) => {
  if ([409, 422].includes(event.detail.xhr.status)) event.detail.shouldSwap = true
})
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false
  button.addEventListener("click", () => window.print())
}

// --- before the session ends -----------------------------------------------------------------

const WARNED_BEFORE = 120 // seconds
const idle = Number(document.body.dataset.idleSeconds || 0)
const dialog = document.getElementById("sh-stay")
let timers = []

function begin() {
  timers.forEach(clearTimeout)
  if (dialog.open) dialog.close()
  const end = Date.now() + idle * 1000
  timers = [
    setTimeout(() => warn(end), Math.max(idle - WARNED_BEFORE, 0) * 1000),
    // Past the end the server decides; a page left open must not go on showing what is on it.
    setTimeout(() => window.location.reload(), (idle + 5) * 1000),
  ]
}

function warn(end) {
  const at = new Date(end).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })
  document.getElementById("sh-stay-at").textContent = at
  dialog.showModal()
}

async function stay() {
  const { stayUrl, csrf } = document.body.dataset
  const answer = await fetch(stayUrl, {
    method: "POST",
    headers: { "X-CSRFToken": csrf },
    redirect: "error",
  }).catch(() => null)
  if (!answer || !answer.ok) return window.location.reload()
  begin()
  others?.postMessage("begin")
}

// Whoever works in another tab is not idle in this one.
const others = "BroadcastChannel" in window ? new BroadcastChannel("safehub-session") : null
if (idle && dialog?.showModal) {
  begin()
  others?.postMessage("begin")
  others?.addEventListener("message", begin)
  document.getElementById("sh-stay-yes").addEventListener("click", stay)
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault()
    stay()
  })
  // Drafts and htmx speak to the server too, which begins the time anew there.
  document.addEventListener("htmx:afterRequest", begin)
}
