// Texts that come from the hall in several languages.

/** Whose words stand in for a language's where there are none: as the server's `Language::fallback`. */
export const FALLBACK = { 'zh-TW': 'zh-CN', de: 'en' };

/** A text of the hall in the language `tag`, else in the nearest that its readers can read, else in the first there is. */
export function localized(texts, tag) {
  if (!texts) {
    return '';
  }
  const found = [tag, FALLBACK[tag], ...Object.keys(texts)].find((one) => typeof texts[one] === 'string');
  return found === undefined ? '' : texts[found];
}
