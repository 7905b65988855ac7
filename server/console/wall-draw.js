// Draws the view of a wall board: what stands around the panels, and each panel in its place. A panel is made anew when what it
// shows or its room changed, and left alone otherwise.

import { byId, h, setText, show } from './dom.js';
import { arrange, classic } from './wall-layout.js';
import { fit, flow, line, put, unitOf } from './wall-lines.js';
import { isTight, PANELS, windowGrid } from './wall-panels.js';

/** How fast the scrolling line goes, in units of the design a second: 2.5 of its letters, read without haste. */
const LINE_SPEED = 100;
/** The gap between two panels, in units. */
const PANEL_GAP = 16;
/** The bar of paused windows and its gap, in units, as in wall.css. */
const PAUSES_HIGH = 62 + 16;

/** Draws a view; `views` has one, or one for each of two languages that alternate. */
export class Drawing {
  constructor() {
    this.drawn = new Map();
    this.framed = false;
    this.lined = '';
  }

  /** Everything is drawn again: the window or the fonts changed. */
  afresh() {
    this.drawn.forEach((one) => { one.key = ''; });
    this.framed = false;
    this.lined = '';
  }

  /**
   * @param views one view, or two in different languages that take turns
   * @param layout as read by `readLayout`
   * @param turn counts up each PAGE_STAYS_MS
   */
  draw(views, layout, turn) {
    const view = views[turn % views.length];
    const wall = byId('wall');
    wall.dataset.theme = layout.theme;
    wall.lang = view.first;
    document.documentElement.lang = view.first;
    wall.classList.toggle('old', view.stale !== null);
    show(byId('pauses'), view.pauses.length > 0 && !this.rowsSayPauses(views[0], layout));
    this.frame(view, turn);
    show(byId('message'), view.message !== null);
    show(byId('panels'), view.message === null);
    if (view.message === null) {
      this.panels(views, layout, turn);
    } else {
      drawMessage(view);
    }
  }

  /** Whether the rows of windows have room for why and until when each is paused: then nothing else need say it. */
  rowsSayPauses(view, layout) {
    const at = layout.classic ? -1 : view.panels.findIndex((panel) => panel.show === 'windows');
    if (at < 0) {
      return false;
    }
    const { width, height } = byId('panels').getBoundingClientRect();
    const unit = unitOf(window.innerWidth, window.innerHeight);
    // As high as without the bar, so that the bar has no say in whether it stands there.
    const room = { width, height: height + (byId('pauses').hidden ? 0 : PAUSES_HIGH * unit) };
    const place = arrange(view.panels, room, window.innerWidth <= window.innerHeight, PANEL_GAP * unit)[at];
    return !isTight(windowGrid(view.panels[at], { ...place, unit, grid: null }));
  }

  /** What stands around the panels. */
  frame(view, turn) {
    const zone = (name) => (view.zone[name] === '' ? '' : ` · ${view.zone[name]}`);
    const known = view.hall.first !== '';
    // Before the first picture nothing is known that a header could say.
    show(byId('header'), known);
    const changed = [
      put2('hall', view.hall.first + zone('first')),
      put2('hall-second', view.hall.second === '' && view.zone.second === '' ? '' : (view.hall.second || view.hall.first) + zone('second'), view.second),
      put2('date', view.date.first),
      put2('date-second', view.date.second, view.second),
      put2('clock', view.clock),
      drawCaption(view.caption),
      drawStale(view),
      drawPauses(view.pauses, turn),
    ];
    if (!this.framed || changed.some(Boolean)) {
      this.framed = true;
      fit(byId('header'));
      nameHall();
      fit(byId('stale'));
      fit(byId('pauses'));
      fit(byId('touch'));
    }
    this.scrolling(view);
  }

  scrolling(view) {
    const text = [view.line.first, view.line.second].filter((one) => one !== '').join('　◆　');
    show(byId('line'), text !== '');
    if (text === this.lined) {
      return;
    }
    this.lined = text;
    const place = byId('line-text');
    place.className = '';
    setText(place, text);
    const wide = place.scrollWidth;
    const runs = wide > window.innerWidth * 0.96;
    place.className = runs ? 'runs' : 'stands';
    const speed = LINE_SPEED * unitOf(window.innerWidth, window.innerHeight);
    place.style.animationDuration = `${((wide + window.innerWidth) / speed).toFixed(1)}s`;
  }

  panels(views, layout, turn) {
    const place = byId('panels');
    const room = { width: place.clientWidth, height: place.clientHeight };
    const unit = unitOf(window.innerWidth, window.innerHeight);
    const upright = window.innerWidth <= window.innerHeight;
    const all = views[0].panels;
    let grids = {};
    let places;
    if (layout.classic) {
      const whole = classic(all[1].windows.length, all[2].services.length, room, upright, unit);
      ({ places } = whole);
      grids = { windows: whole.windows, counts: whole.counts };
    } else {
      places = arrange(all, room, upright, PANEL_GAP * unit);
    }
    const kept = new Set(all.map((panel) => panel.show));
    for (const [kind, one] of [...this.drawn]) {
      if (!kept.has(kind)) {
        one.element.remove();
        this.drawn.delete(kind);
      }
    }
    all.forEach((panel, at) => this.panel(panel.show, views, at, { ...places[at], unit, upright, grid: grids[panel.show] || null }, turn));
  }

  /** Draws a panel if it is another one than last time. Where languages alternate, a panel shows all its pages in one first. */
  panel(kind, views, at, room, turn) {
    const draw = PANELS[kind];
    const pages = draw.pages(views[0].panels[at], room);
    const view = views[Math.floor(turn / pages) % views.length];
    const seen = draw.seen ? draw.seen(view.panels[at], room) : null;
    const page = (seen === null ? turn : seen) % pages;
    const key = JSON.stringify([view.panels[at], view.first, view.second, room, page]);
    let known = this.drawn.get(kind);
    if (known === undefined) {
      known = { key: '', element: h('section', {}) };
      this.drawn.set(kind, known);
      byId('panels').append(known.element);
    }
    if (known.key === key) {
      return;
    }
    known.key = key;
    const { element } = known;
    element.textContent = '';
    element.className = `panel ${kind}`;
    element.lang = view.first;
    put(element, room.x, room.y, room.width, room.height);
    draw.fill(element, view.panels[at], room, view, page);
    fit(element);
    if (draw.settle) {
      draw.settle(element);
    }
  }
}

/** What the hall's name may have of the header's height, with and without a second language below it, and that one. */
const NAME_HIGH = { beside: 0.57, alone: 0.92, second: 0.37 };

/** A long name of hall and zone takes several lines before it is cut. */
function nameHall() {
  const high = byId('header').clientHeight;
  const second = byId('hall-second');
  if (high === 0 || byId('caption').hidden === false) {
    return;
  }
  const lines = [[byId('hall'), second.hidden ? NAME_HIGH.alone : NAME_HIGH.beside]].concat(second.hidden ? [] : [[second, NAME_HIGH.second]]);
  lines.forEach(([text, part]) => {
    text.style.maxHeight = `${high * part}px`;
    flow(text);
  });
}

/** Sets the text of a line and hides it when it is empty; whether it is another one. */
function put2(id, text, lang = null) {
  const element = byId(id);
  const changed = element.textContent !== text;
  setText(element, text);
  show(element, text !== '');
  if (lang !== null) {
    element.lang = lang;
  }
  return changed;
}

/** What is being said somewhere in the room stands in the place of the hall's name: it moves nothing and covers no call. */
function drawCaption(caption) {
  const place = byId('caption');
  const key = JSON.stringify(caption);
  show(place, caption.length > 0);
  show(document.querySelector('#header .names'), caption.length === 0);
  if (place.dataset.key === key) {
    return false;
  }
  place.dataset.key = key;
  place.textContent = '';
  caption.slice(0, 2).forEach((one) => place.append(line('', one.text, one.language)));
  return true;
}

function drawStale({ stale, second }) {
  show(byId('stale'), stale !== null);
  if (stale === null) {
    return false;
  }
  const upright = window.innerWidth <= window.innerHeight;
  const changed = put2('stale-first', upright ? `▲ ${stale.age.first}` : `▲ ${stale.age.first} · ${stale.advice.first}`);
  put2('stale-advice', upright ? stale.advice.first : '');
  put2('stale-second', stale.age.second === '' ? '' : `${stale.age.second} · ${stale.advice.second}`, second);
  return changed;
}

/** Paused windows with reason and return, one after the other when there are several, in one language and then the other. */
function drawPauses(pauses, turn) {
  if (byId('pauses').hidden) {
    return false;
  }
  const at = turn % pauses.length;
  const { first, second } = pauses[at];
  const turned = second !== '' && Math.floor(turn / pauses.length) % 2 === 1;
  const page = pauses.length > 1 ? `${at + 1} / ${pauses.length}` : '';
  put2('pause-page', page);
  return put2('pause', `■ ${turned ? second : first}`);
}

/** A message in the place of the picture: why there is none, and what to do. */
export function drawMessage({ message, second }) {
  byId('message').classList.toggle('alarm', message.alarm);
  put2('message-title', message.title.first);
  put2('message-title-second', message.title.second, second);
  put2('message-advice', message.advice.first);
  put2('message-advice-second', message.advice.second);
}
