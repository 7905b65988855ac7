// What the guide's page makes of a service. Pure: no page, no clock.

/** Between the steps of a process, as halls write them. */
const STEPS = /\s*(?:→|⇒|->|\n)\s*/;

/** The steps of a process: one where it is a sentence. */
export function stepsOf(process) {
  return process.split(STEPS).map((step) => step.trim()).filter((step) => step !== '');
}

/** A telephone number as a link dials it: digits, and a plus before them. Empty when it has no digits. */
export function dialled(phone) {
  const digits = phone.replace(/[^\d+]/g, '').replace(/(?!^)\+/g, '');
  return /\d/.test(digits) ? `tel:${digits}` : '';
}

/** What the address says behind its #: the service, and the language that was chosen. */
export function askedOf(hash) {
  const [service = '', language = ''] = hash.replace(/^#/, '').split('/');
  return { service, language };
}

/**
 * The rows of a ServiceGuideView in one language, without those that say nothing.
 * @param said turns a text of the hall into the language that is on
 * @returns {{key: string, text: string, steps?: string[], href?: string}[]} `key` is the text key of the row's name
 */
export function rowsOf(view, said, separator) {
  const { guide } = view;
  const phone = guide.phone || view.hall_phone;
  const process = said(guide.process);
  const steps = stepsOf(process);
  const rows = [
    { key: 'guide.materials', text: said(guide.materials) },
    { key: 'guide.fee', text: said(guide.fee) },
    { key: 'guide.time_limit', text: said(guide.time_limit) },
    steps.length > 1 ? { key: 'guide.process', text: process, steps } : { key: 'guide.process', text: process },
    { key: 'guide.windows', text: view.windows.join(separator) },
    { key: 'guide.zones', text: view.zones.map(said).join(separator) },
    { key: 'guide.phone', text: phone, href: dialled(phone) },
  ];
  return rows.filter((row) => row.text !== '');
}
