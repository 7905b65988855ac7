//! What the demonstration tells whoever started it: where everything is, and how to come in.

use std::net::SocketAddr;

use nowserving_client::api::Api;
use nowserving_shared::model::Catalogue;
use nowserving_shared::model::catalogue::{Role, Staff};

use super::doors::Devices;
use super::phone::PhoneUrl;
use super::place::{Place, Secrets};
use super::screens::Screens;
use crate::world::table::{Side, Table};

/// Where the simulated printer listens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Printer {
    /// For tickets.
    pub(super) address: SocketAddr,
    /// For lines such as “paper out”.
    pub(super) control: Option<SocketAddr>,
}

/// Everything that there is to tell.
pub(super) struct View<'a> {
    pub(super) api: &'a Api,
    pub(super) catalogue: &'a Catalogue,
    pub(super) place: &'a Place,
    pub(super) secrets: &'a Secrets,
    pub(super) devices: &'a Devices,
    pub(super) printer: &'a Printer,
    /// Where the codes on the tickets lead.
    pub(super) phone: PhoneUrl,
    /// Whether a day is played.
    pub(super) played: bool,
}

/// Prints it.
pub(super) fn everything(view: &View<'_>, screens: &Screens) {
    println!("\n演示大厅已开放 The demonstration hall is open. 按 Ctrl-C 结束 Ctrl-C ends it.\n");
    println!("{}", addresses(view));
    if view.phone.only_here {
        println!("{}", for_phones(view));
    }
    println!("{}", log_ins(view));
    if !view.devices.codes.is_empty() && !view.played {
        println!("{}", codes(view));
    }
    println!("{}", about_screens(screens));
}

/// Where things are. A path is not cut, however long: it is to be copied.
fn addresses(view: &View<'_>) -> String {
    let base = view.api.base_url();
    let mut rows = vec![
        ("工作人员页面 staff page", format!("{base}/")),
        (
            "手机页面 phone page",
            format!(
                "{}/t（扫描号票二维码 from the ticket’s QR code）",
                view.phone.url
            ),
        ),
        (
            "网页大屏 wall board",
            format!("{base}/board（输入下面的显示屏配对码 with a display’s code from below）"),
        ),
        ("接口说明 API page", format!("{base}/api")),
        (
            "号票图片 tickets",
            view.place.tickets().display().to_string(),
        ),
        (
            "数据与日志 data and logs",
            view.place.root().display().to_string(),
        ),
    ];
    if let Some(control) = view.printer.control {
        rows.push((
            "打印机开关 printer’s control",
            format!("{control}（发送 “help” 查看 send “help”）"),
        ));
    }
    let mut names = Table::new([("地址 addresses", Side::Left)]);
    for (name, _) in &rows {
        names.row([(*name).to_owned()]);
    }
    let names = names.to_string();
    let width = names
        .lines()
        .map(unicode_width::UnicodeWidthStr::width)
        .max()
        .unwrap_or(0);
    let mut lines: Vec<String> = names.lines().map(str::to_owned).collect();
    for (line, (_, value)) in lines.iter_mut().skip(2).zip(rows) {
        let gap = width.saturating_sub(unicode_width::UnicodeWidthStr::width(line.as_str())) + 2;
        *line = format!("{line}{}{value}", " ".repeat(gap));
    }
    lines.join("\n") + "\n"
}

/// How phones get in, when the codes lead them to themselves.
fn for_phones(view: &View<'_>) -> String {
    let port = view.phone.url.rsplit(':').next().unwrap_or_default();
    format!(
        "手机打不开上面的手机页面：那是本机自己的地址。要用手机扫码，请连上网络并加 --listen 0.0.0.0:{port} 重新启动。\n\
         No phone can open the phone page above: that is this machine’s own address. To scan codes with a phone, \
         connect this machine to the network and start with --listen 0.0.0.0:{port}.\n"
    )
}

fn log_ins(view: &View<'_>) -> String {
    let mut table = Table::new([
        ("岗位 role", Side::Left),
        ("登录名 log-in", Side::Left),
        ("密码 password", Side::Left),
    ]);
    let roles = [
        (Role::Clerk, "窗口 clerk"),
        (Role::Reception, "咨询台 reception"),
        (Role::Supervisor, "值班长 supervisor"),
        (Role::Manager, "管理层 manager"),
        (Role::Administrator, "系统管理员 administrator"),
    ];
    for (role, name) in roles {
        let staff: Vec<&Staff> = view
            .catalogue
            .staff
            .iter()
            .filter(|staff| staff.roles.contains(&role))
            .collect();
        let password = match role {
            Role::Administrator => &view.secrets.administrator,
            Role::Clerk | Role::Reception | Role::Supervisor | Role::Manager => &view.secrets.staff,
        };
        table.row([name.to_owned(), names(&staff), password.clone()]);
    }
    table.to_string()
}

/// `clerk01 … clerk16`.
fn names(staff: &[&Staff]) -> String {
    match staff {
        [] => "–".to_owned(),
        [one] => one.id.to_string(),
        [first, second] => format!("{} {}", first.id, second.id),
        [first, .., last] => format!("{} … {}", first.id, last.id),
    }
}

fn codes(view: &View<'_>) -> String {
    let mut table = Table::new([
        ("设备 device", Side::Left),
        ("配对码 pairing code", Side::Left),
        ("有效至 valid until", Side::Left),
    ]);
    for code in &view.devices.codes {
        let until = view
            .catalogue
            .local(code.expires_at)
            .strftime("%H:%M")
            .to_string();
        table.row([code.device.to_string(), code.code.clone(), until]);
    }
    format!(
        "{table}过期后可在管理页面重新生成。An administrator makes new ones on the staff page.\n"
    )
}

fn about_screens(screens: &Screens) -> String {
    match screens {
        Screens::Shown => {
            "取号机与显示屏已在窗口中打开。The kiosk and the display are in their windows."
                .to_owned()
        }
        Screens::NotShown { why, commands } => format!(
            "没有打开取号机与显示屏（{why}）。要在虚拟屏幕上查看：\n\
             No kiosk and no display are shown ({why}). To see them on a virtual screen:\n  {}\n",
            commands.join("\n  ")
        ),
    }
}
