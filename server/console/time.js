// Spans and moments in words. Moments are milliseconds since 1970 (UTC).

/** A span as a clerk reads it: 45秒, 12分, 1小时05分. `t` gives the words. */
export function span(seconds, t) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) {
    return t('span.seconds', whole);
  }
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) {
    return t('span.minutes', minutes);
  }
  return t('span.hours', Math.floor(minutes / 60), String(minutes % 60).padStart(2, '0'));
}

/** A running span as a stop-watch shows it: 4:07, 1:04:07. */
export function stopwatch(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number) => String(number).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** A moment as hours and minutes in the hall's zone (IANA name; unknown or none: this machine's). */
export function clock(moment, timeZone, withSeconds = false) {
  const form = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  if (withSeconds) {
    form.second = '2-digit';
  }
  try {
    return new Intl.DateTimeFormat('zh-CN', { ...form, timeZone: timeZone || undefined }).format(moment);
  } catch {
    return new Intl.DateTimeFormat('zh-CN', form).format(moment);
  }
}
