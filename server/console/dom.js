// Small helpers for pages without a framework. Text only ever enters as text, never as markup.

/**
 * An element. `attributes`: a function is a listener for the event named by its key, true and false switch an
 * attribute, null leaves it out, anything else is its value. Children are elements or texts; null is nothing.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') {
      element.addEventListener(name, value);
    } else if (typeof value === 'boolean') {
      element.toggleAttribute(name, value);
    } else if (value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** The element with this id; it is in the page. */
export function byId(id) {
  return document.getElementById(id);
}

/** Sets a text when it is another one: an unchanged text is not announced again. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** Sets or, with null, removes an attribute. */
export function setAttribute(element, name, value) {
  if (value === null) {
    element.removeAttribute(name);
  } else if (element.getAttribute(name) !== value) {
    element.setAttribute(name, value);
  }
}

/** Shows or hides. */
export function show(element, visible) {
  if (element.hidden === visible) {
    element.hidden = !visible;
  }
}

/**
 * Makes the children of `place` show `items`, one each, in their order. Elements are kept by key, so that the focus
 * stays where it is. `make(item)` creates an element, `update(element, item)` brings it up to date.
 */
export function keyed(place, items, key, make, update) {
  const known = place.keyed || new Map();
  const next = new Map();
  let before = place.firstElementChild;
  for (const item of items) {
    const id = key(item);
    const element = known.get(id) || make(item);
    next.set(id, element);
    update(element, item);
    if (element === before) {
      before = before.nextElementSibling;
    } else {
      move(place, element, before);
    }
  }
  for (const [id, element] of known) {
    if (next.get(id) !== element) {
      element.remove();
    }
  }
  place.keyed = next;
}

/** Puts `element` before `before`; keeps the focus, which moving an element would lose. */
function move(place, element, before) {
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  place.insertBefore(element, before);
  if (focused !== null) {
    focused.focus({ preventScroll: true });
  }
}
