// What htmx is not told by attributes: when to leave somebody alone, what to say aloud, and when to load a page whole.
(() => {
  "use strict";
  const region = () => document.getElementById("region");
  const renews = (element) => element.hasAttribute("data-renews");
  const busy = (element) =>
    document.hidden || element.contains(document.activeElement) || !document.getSelection().isCollapsed;
  let asked = null;
  let told = region()?.dataset.said;
  let leaving = false;

  // As if there were no script.
  const whole = (element) => {
    if (leaving) return;
    if (element.matches("form")) HTMLFormElement.prototype.submit.call(element);
    else location.assign(element.href ?? location.href);
  };

  // What renews itself tries again by itself, unless there is nothing more for this reader.
  const failed = ({ detail: { ctx } }) => {
    const element = ctx?.sourceElement;
    if (!element) return;
    if (renews(element) && !(ctx.response?.status < 500)) document.getElementById("old").hidden = false;
    else whole(element);
  };

  const say = (text) => {
    const aloud = document.getElementById("said");
    aloud.textContent = "";
    requestAnimationFrame(() => (aloud.textContent = text));
  };

  window.addEventListener("beforeunload", () => (leaving = true));
  document.addEventListener("htmx:response:error", failed);
  document.addEventListener("htmx:error", failed);

  document.addEventListener("htmx:before:request", (event) => {
    const element = event.detail.ctx.sourceElement;
    if (renews(element) && busy(element)) event.preventDefault();
    else asked = element;
  });

  // An answer without the region is a page of its own, and never shown within this one.
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx, tasks } = event.detail;
    const found = tasks.some(({ type, fragment }) => type === "main" && fragment.childElementCount > 0);
    if (!found && ctx.response.status < 400) whole(ctx.sourceElement);
    if (!found || (renews(ctx.sourceElement) && busy(ctx.sourceElement))) event.preventDefault();
  });

  // What somebody asked for is said; what came by itself only where it says something new.
  document.addEventListener("htmx:after:swap", () => {
    const shown = region()?.dataset.said;
    if (shown && (!renews(asked) || shown !== told)) say(shown);
    told = shown;
    if (asked.hasAttribute("data-turns")) region().querySelector(".rt-wide")?.focus({ preventScroll: true });
  });

  document.addEventListener("visibilitychange", () => {
    const here = region();
    if (here && renews(here) && !document.hidden) htmx.trigger(here, "renew");
  });
})();
