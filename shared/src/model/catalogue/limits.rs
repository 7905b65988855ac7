//! How much one configuration can hold.

/// The largest configuration text that is read, in bytes.
pub const CONFIGURATION_BYTES_MAX: usize = 1024 * 1024;
/// The most faults that are listed for one text.
pub const FAULTS_MAX: usize = 200;
/// The format of the configuration text that this version reads.
pub const FORMAT: u32 = 1;

/// The most zones of a hall.
pub const ZONES_MAX: usize = 64;
/// The most groups of a hall.
pub const GROUPS_MAX: usize = 64;
/// The most services of a hall.
pub const SERVICES_MAX: usize = 512;
/// The most windows of a hall.
pub const WINDOWS_MAX: usize = 512;
/// The most priority classes of a hall.
pub const CLASSES_MAX: usize = 32;
/// The most members of staff of a hall.
pub const STAFF_MAX: usize = 2_000;
/// The most devices of a hall.
pub const DEVICES_MAX: usize = 1_000;
/// The most layouts of a hall's wall displays.
pub const LAYOUTS_MAX: usize = 32;
/// The most hooks of a hall: each is a task with a connection of its own.
pub const HOOKS_MAX: usize = 16;
/// The longest address of a hook, in characters.
pub(super) const HOOK_URL_CHARS_MAX: usize = 500;
/// The most no-show policies of a hall.
pub const NO_SHOW_POLICIES_MAX: usize = 64;
/// The most steps of a no-show policy.
pub const NO_SHOW_STEPS_MAX: usize = 10;
/// The most bands of a service.
pub const BANDS_MAX: usize = 24;
/// The most opening ranges of a weekday.
pub const RANGES_PER_DAY_MAX: usize = 12;
/// The most holidays, and the most working days.
pub const DATES_MAX: usize = 1_000;
/// The longest name or other text of one line, in characters.
pub const TEXT_CHARS_MAX: usize = 200;
/// The longest text of a guide, in characters.
pub const GUIDE_CHARS_MAX: usize = 2_000;
/// The longest telephone number, in characters.
pub const PHONE_CHARS_MAX: usize = 40;
/// The most notices of a hall.
pub const NOTICES_MAX: usize = 16;
/// The longest notice, in characters: it is read in passing.
pub const NOTICE_CHARS_MAX: usize = 80;
/// The longest mark of a class, in characters.
pub const MARK_CHARS_MAX: usize = 12;
/// The longest prefix of a series, in characters.
pub const PREFIX_CHARS_MAX: usize = 4;
/// The most digits of a number. With the longest prefix they make the longest [`Label`](super::Label).
pub const DIGITS_MAX: u32 = 8;
