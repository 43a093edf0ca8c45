// Saves what is typed into forms with data-drafts on the server: every ten seconds while there are
// changes, on leaving a field and on leaving the page. Nothing is put into the browser's storage.
const EVERY = 10_000;
const SECRET = ['password', 'file'];

function typedIn(form) {
  const data = new FormData(form);
  for (const input of form.elements) {
    // Passwords, codes and files are never kept; the server leaves them out as well.
    if (input.name && (SECRET.includes(input.type) || input.autocomplete === 'one-time-code')) {
      data.delete(input.name);
    }
  }
  return data;
}

function watch(form) {
  const state = form.querySelector('[data-drafts-state]');
  let dirty = false;
  let sent = false;
  let saving = null;
  let pressed = false;
  let untold = null;

  // Words that come while a button is held down would move it from under the pointer, and the
  // browser then takes the press for none: they wait until it is let go.
  function say(words) {
    untold = pressed ? words : null;
    if (!pressed && state && state.textContent !== words) state.textContent = words;
  }

  function letGo() {
    // The click comes after this event: it finds the button where it was pressed.
    setTimeout(() => {
      pressed = false;
      if (untold !== null) say(untold);
    });
  }

  async function save(leaving) {
    if (!dirty || sent || (saving && !leaving)) return;
    dirty = false;
    const body = typedIn(form);
    if (leaving) {
      // The page may be gone before an answer comes; a beacon is sent all the same.
      if (!navigator.sendBeacon(form.dataset.drafts, body)) dirty = true;
      return;
    }
    saving = new AbortController();
    try {
      const answer = await fetch(form.dataset.drafts, {
        method: 'POST',
        body,
        headers: { Accept: 'application/json' },
        credentials: 'same-origin',
        redirect: 'error',
        signal: saving.signal,
      });
      const told = await answer.json().catch(() => ({}));
      if (answer.ok) {
        if (told.saved_at) say(`Saved at ${told.saved_at}, and not sent`);
      } else {
        dirty = answer.status !== 413;
        say(`Not saved: ${told.sentence || 'sign in again in another window, then go on here'}`);
      }
    } catch (error) {
      if (error.name !== 'AbortError') {
        dirty = true;
        say('Not saved: no connection. Your text is still here; it is tried again every ten seconds');
      }
    } finally {
      saving = null;
    }
  }

  form.addEventListener('input', () => { dirty = true; });
  form.addEventListener('change', () => { dirty = true; save(false); });
  form.addEventListener('submit', () => {
    // What is sent now needs no draft; one that is under way must not come after it.
    sent = true;
    if (saving) saving.abort();
  });
  addEventListener('pointerdown', () => { pressed = true; }, true);
  addEventListener('pointerup', letGo, true);
  addEventListener('pointercancel', letGo, true);
  addEventListener('pageshow', () => { sent = false; });
  addEventListener('pagehide', () => save(true));
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') save(true);
  });
  setInterval(() => save(false), EVERY);
}

document.querySelectorAll('form[data-drafts]').forEach(watch);
