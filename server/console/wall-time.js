// Time on the wall board: a clock that nobody can set back, and the hall's calendar.

/**
 * A clock in ms that goes on whatever is done to the machine's own: the browsers of televisions start before their clock
 * is right, and what is set back must not make an old picture look fresh. It goes with whichever of the two sources ran
 * further since the last look: the monotonic one stands still while a tablet sleeps.
 * @param wall the machine's clock, ms
 * @param steady ms since some start, never set
 */
export function steadyClock(wall = Date.now, steady = () => performance.now()) {
  let now = 0;
  let lastWall = wall();
  let lastSteady = steady();
  return () => {
    const nextWall = wall();
    const nextSteady = steady();
    now += Math.max(0, nextWall - lastWall, nextSteady - lastSteady);
    lastWall = nextWall;
    lastSteady = nextSteady;
    return now;
  };
}

const forms = new Map();

function formOf(zone) {
  if (!forms.has(zone)) {
    const parts = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', hourCycle: 'h23' };
    let form;
    try {
      form = new Intl.DateTimeFormat('en-GB', { ...parts, timeZone: zone });
    } catch {
      form = new Intl.DateTimeFormat('en-GB', { ...parts, timeZone: 'UTC' });
    }
    // One hall has one zone; a configuration that changes it is rare.
    forms.clear();
    forms.set(zone, form);
  }
  return forms.get(zone);
}

/**
 * What calendar and clock show at `moment` (ms since 1970) in `zone` (IANA name; one that the browser does not know is
 * taken for UTC): `{year, month, day, weekday, time}`, months from 1, weekdays from Sunday 0, time as `09:41`.
 */
export function civil(moment, zone) {
  const found = {};
  for (const part of formOf(zone).formatToParts(moment)) {
    found[part.type] = Number(part.value);
  }
  const two = (number) => String(number).padStart(2, '0');
  const { year, month, day } = found;
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  // Some older browsers call midnight 24.
  return { year, month, day, weekday, time: `${two(found.hour % 24)}:${two(found.minute)}` };
}

/** The day of `at` as `2026-03-02`, which sorts as days do. */
export function dayOf(at) {
  return [at.year, at.month, at.day].map((part) => String(part).padStart(2, '0')).join('-');
}
