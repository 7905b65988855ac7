//! A hall with as many windows as wanted, for tests and measurements under load.

use super::{Clerk, Site};

/// The services of [`configuration`], each with a line of its own.
pub const SERVICES: usize = 8;

/// A hall that is always open, with so many windows `w1`…, each of which serves two of the services `s0`…, and a clerk
/// `c1`… for each.
///
/// # Panics
/// Never: there are fewer services than letters.
#[must_use]
pub fn configuration(windows: usize) -> String {
    let mut text = HEAD.to_owned();
    for service in 0..SERVICES {
        let prefix = char::from(b'A' + u8::try_from(service).expect("few services"));
        text.push_str(&format!(
            "[[service]]\nid = \"s{service}\"\nname = \"业务{service}\"\ngroup = \"all\"\nprefix = \"{prefix}\"\ndigits = 6\nlast = 999999\n\n"
        ));
    }
    for window in 1..=windows {
        let (one, other) = (window % SERVICES, (window + 1) % SERVICES);
        text.push_str(&format!(
            "[[window]]\nid = \"w{window}\"\nnumber = {window}\nzone = \"hall\"\nserves = {{ s{one} = 1, s{other} = 2 }}\n\n\
             [[staff]]\nid = \"c{window}\"\nname = \"柜员{window}\"\nroles = [\"clerk\"]\n\n"
        ));
    }
    text
}

const HEAD: &str = r#"format = 1

[hall]
name = "测试大厅"
languages = ["zh-CN"]
time_zone = "Asia/Shanghai"
day_starts = "04:00"

[hall.opening]
mon = ["00:00-24:00"]
tue = ["00:00-24:00"]
wed = ["00:00-24:00"]
thu = ["00:00-24:00"]
fri = ["00:00-24:00"]
sat = ["00:00-24:00"]
sun = ["00:00-24:00"]

[rules]
no_show = "standard"

[[no_show_policy]]
id = "standard"
steps = ["void"]

[[zone]]
id = "hall"
name = "大厅"
seats = 100

[[group]]
id = "all"
name = "全部"

[[class]]
id = "ordinary"
name = "普通"
rank = 0

[[staff]]
id = "admin"
name = "管理员"
roles = ["administrator"]

[[device]]
id = "kiosk-1"
kind = "kiosk"
name = "取号机"
zone = "hall"

[[device]]
id = "wall-1"
kind = "display"
name = "大屏"

"#;

/// The clerks `c1`… at the windows `w1`….
///
/// # Panics
/// When the server refuses them.
pub async fn clerks(site: &Site, count: usize) -> Vec<Clerk> {
    let mut clerks = Vec::new();
    for number in 1..=count {
        let (clerk, window) = (format!("c{number}"), format!("w{number}"));
        clerks.push(site.clerk(&clerk, &window).await);
    }
    clerks
}
