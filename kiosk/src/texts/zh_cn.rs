//! 简体中文:自助取号机的全部用语。

use jiff::civil::{Date, Weekday};

use super::{Assistance, CheckIn, Everyone, Maintenance, Texts, runs};
use crate::state::{PrintStage, PrinterIs, PrinterTrouble};

pub(super) const TEXTS: Texts = Texts {
    date: |date| {
        format!(
            "{}年{}月{}日 {}",
            date.year(),
            date.month(),
            date.day(),
            weekday(date)
        )
    },

    touch_to_start: "请触摸这里取号",
    steps: [
        "选择要办的业务",
        "查看等候情况，确认取号",
        "取走号票，在休息区等候叫号",
    ],
    hall_closed: |opens| match opens {
        Some(opens) => format!("现在不在取号时间，{opens}开始取号。"),
        None => "现在不在取号时间。".to_owned(),
    },
    hall_waiting: |people| match people {
        0 => "现在无人等候".to_owned(),
        _ => format!("现在共有 {people} 人等候"),
    },
    starting: "正在连接，请稍候…",
    server_away: |phone| format!("取号系统暂时无法连接，请到咨询台人工取号{}。", call(phone)),

    offline: "系统正在离线运行，仍可取号；等候人数和时间暂时未知。",
    offline_wait: "等候情况未知",
    offline_none: "离线号已取完，请到咨询台取号",
    offline_place: "系统离线，等候时间未知，按取号时间排队",

    choose_group: "请选择办事部门",
    choose_service: "请选择要办理的业务",
    choose_class: "请选择您的类别",
    choose_class_hint: "享受优先服务的，叫号后请向工作人员出示证件。",
    no_proof: "无需出示证件",
    proof: |proof| format!("请出示：{proof}"),
    waiting: |people, windows| match (people, windows) {
        (0, 0) => "暂无开放窗口".to_owned(),
        (_, 0) => format!("等候 {people} 人 · 暂无开放窗口"),
        (0, _) => format!("无人等候 · 开放 {windows} 个窗口"),
        (_, _) => format!("等候 {people} 人 · 开放 {windows} 个窗口"),
    },
    group_note: |services, people| match people {
        0 => format!("{services} 项业务 · 无人等候"),
        _ => format!("{services} 项业务 · 等候 {people} 人"),
    },

    often: "常办业务，点此直接取号",
    other_class: "选择优先类别",
    search: "查找业务",
    search_hint: "输入拼音首字母、拼音或英文，例如 sfz",
    search_nothing: "没有找到这项业务",
    erase: "删除",
    clear: "清空",

    service_closed: |opens| match opens {
        Some(opens) => format!("现在不能取号，{opens}开始"),
        None => "现在不能取号".to_owned(),
    },
    quota_reached: "今日号已取完",
    not_now: "该业务现在不能取号",
    not_now_advice: |phone| format!("您可以选择其他业务，或到咨询台询问{}。", call(phone)),
    today_at: |time| format!("今天 {time} "),
    day_at: |date, time| {
        format!(
            "{}月{}日（{}）{time} ",
            date.month(),
            date.day(),
            weekday(date)
        )
    },

    confirm_title: "请确认后取号",
    confirm: "确认取号",
    confirm_unprinted: "仍要取号（不打印号票）",
    figures: [
        ("正在等候", "人"),
        ("开放窗口", "个"),
        ("上一位等候了", "分钟"),
    ],
    under_a_minute: "<1",
    unknown_figure: "—",
    no_window_open: "现在没有开放的窗口，取号后请耐心等候，或先到咨询台询问。",
    guide: [
        "办理窗口",
        "所需材料",
        "收费",
        "办理时限",
        "办理流程",
        "咨询电话",
    ],
    class_row: "类别",

    issuing: "正在取号，请稍候…",
    issuing_long: "网络较慢，正在重试。请不要离开，不会重复取号。",

    your_number: "您的号码",
    ahead: |people| match people {
        0 => "您前面没有人等候，请留意叫号".to_owned(),
        _ => format!("您前面还有 {people} 人等候"),
    },
    at_windows: |windows| format!("办理窗口：{windows}"),
    wait_in: |zone| format!("请在{zone}等候叫号"),
    scan_guide: "扫码带走指南",
    scan: "扫码查看排队进度",
    printing: "正在打印号票，请稍候…",
    take_ticket: "请取走您的号票",
    not_printed: "本次没有打印号票。请记住号码，或用手机扫码、拍照保存。",
    print_unknown: "如果号票没有出来，您的号码仍然有效。请记住号码或拍照保存。",
    print_failed: "号票没有打印出来，但您的号码有效。请记住号码或拍照保存。",
    done: "完成",

    sorry: "很抱歉，暂时没有取到号",
    retry: "再试一次",
    back: "返回上一页",
    home: "返回首页",
    help: |phone| match phone {
        "" => "需要帮助请到咨询台".to_owned(),
        _ => format!("需要帮助请到咨询台，或拨打 {phone}"),
    },
    previous: "上一页",
    next: "下一页",

    still_there: |seconds| format!("您还在吗？{seconds} 秒后返回首页。"),
    stay: "我还在，继续",

    printer_trouble: |trouble| match trouble {
        PrinterTrouble::Absent => "本机不打印号票，号码只显示在屏幕上。",
        PrinterTrouble::PaperOut => "打印纸已用完，号码只能显示在屏幕上，请记住号码或拍照保存。",
        PrinterTrouble::CoverOpen => "打印机盖未关好，号码只能显示在屏幕上，请记住号码或拍照保存。",
        PrinterTrouble::Offline => "打印机暂时不能用，号码只能显示在屏幕上，请记住号码或拍照保存。",
    },
    no_paper: |trouble| match trouble {
        PrinterTrouble::Absent => "本机没有打印机，不能取号，请到其他取号机取号，或点“呼叫求助”。",
        PrinterTrouble::PaperOut => {
            "打印纸已用完，本机暂停取号，请到其他取号机取号，或点“呼叫求助”。"
        }
        PrinterTrouble::CoverOpen => {
            "打印机盖未关好，本机暂停取号，请到其他取号机取号，或点“呼叫求助”。"
        }
        PrinterTrouble::Offline => {
            "打印机暂时不能用，本机暂停取号，请到其他取号机取号，或点“呼叫求助”。"
        }
    },
    paper_first: "打印机恢复后即可取号",
    paper_again: "打印机已恢复，可以取号。",
    windows: |numbers| match numbers {
        [] => String::new(),
        [..] => format!("{}号窗口", runs(numbers).join("、")),
    },

    maintenance: Maintenance {
        pin: "请输入维护密码",
        pin_wrong: |left| format!("密码不对，还可以试 {left} 次"),
        pin_locked: |minutes| format!("密码错误次数过多，请在 {minutes} 分钟后再试"),
        enter: "确定",
        title: "设备维护",
        facts: [
            "设备",
            "服务器",
            "连接",
            "时钟",
            "打印机",
            "打印机状态",
            "离线号码",
            "程序版本",
            "屏幕",
        ],
        unknown: "未知",
        live: |seconds| format!("正常，{seconds} 秒前有消息"),
        lost: |seconds| format!("已断开 {seconds} 秒"),
        clock: |seconds| match seconds {
            0 => "与服务器一致".to_owned(),
            1.. => format!("比服务器慢 {seconds} 秒"),
            _ => format!("比服务器快 {} 秒", seconds.unsigned_abs()),
        },
        no_printer: "没有打印机",
        printer: |printer| match printer {
            PrinterIs::Starting => "正在连接",
            PrinterIs::Ready => "正常",
            PrinterIs::PaperLow => "正常，纸快用完",
            PrinterIs::NotReady(PrinterTrouble::Absent) => "没有打印机",
            PrinterIs::NotReady(PrinterTrouble::PaperOut) => "缺纸",
            PrinterIs::NotReady(PrinterTrouble::CoverOpen) => "上盖打开",
            PrinterIs::NotReady(PrinterTrouble::Offline) => "无应答或故障",
        },
        numbers: |held, owed| format!("备用 {held} 个，待上传 {owed} 个"),
        troubles: "最近的故障",
        no_trouble: "没有故障",
        self_test: "打印测试页",
        ask_again: "重新检测",
        record: "保存运行记录",
        leave: "退出维护",
        tested: |stage| match stage {
            PrintStage::UnderWay => "正在打印测试页…",
            PrintStage::Printed => "测试页已打印",
            PrintStage::Sent => "测试页已发送，打印机不回报结果",
            PrintStage::Unknown => "不能确定测试页是否打印出来",
            PrintStage::NotAsked | PrintStage::Failed => "测试页没有打印出来",
        },
        asked: "已重新检测打印机与服务器",
        recording: "正在保存运行记录…",
        recorded: |path| format!("运行记录已保存到 {path}"),
        not_recorded: |why| format!("运行记录没有保存：{why}"),
        test_paper: ("打印测试", "这不是号票，不能用来办事。"),
    },

    assistance: Assistance {
        print: "打印号票",
        print_again: "再打一张",
        slip: "打印告知单",
        slip_printing: "正在打印告知单，请稍候…",
        take_slip: "请取走告知单",
        slip_missing: "告知单如果没有出来，请拍照保存本页，或到咨询台索取。",
        call: "呼叫求助",
        call_stands: "✓ 已呼叫",
        calling: "正在呼叫工作人员…",
        called: "已呼叫工作人员，请稍候",
        coming: "工作人员正在过来",
        call_failed: |phone| format!("呼叫没有成功，请到咨询台{}", call(phone)),
    },

    checkin: CheckIn {
        known: |masked| format!("已识读证件 {masked}"),
        known_spoken: "已识读您的证件",
        forget: "清除",
        forgotten: "证件信息已清除",
        unknown_code: "无法识别。请出示身份证或号票上的二维码，也可以直接触摸屏幕取号。",
        card_not_now: "暂时不能识读证件，请直接触摸屏幕取号。",
        looking: "正在查询您的号票，请稍候…",
        look_failed: |phone| {
            format!(
                "暂时查不到号票，请稍后再试，或到咨询台询问{}。",
                call(phone)
            )
        },
        ticket_unknown: |phone| format!("没有找到这张号票，请到咨询台询问{}。", call(phone)),
        ticket_over: |label| format!("{label}号已经结束。如需再办理，请重新取号。"),
        found: "这是您的号票",
        has_ticket: "您已取过号，请凭此号等候。",
        print_copy: "补打号票",
        called: |window| match window {
            "" => "正在呼叫您的号码，请前往窗口".to_owned(),
            _ => format!("正在呼叫您的号码，请到{window}"),
        },
        serving: |window| match window {
            "" => "正在办理".to_owned(),
            _ => format!("正在{window}办理"),
        },
        delayed: "您已过号，稍后会再次呼叫",
        held: "您的号码已挂起，请向窗口或咨询台询问",
        last_wait: |minutes| format!("上一位等候了 {minutes} 分钟"),
    },

    everyone: Everyone {
        button: "显示与声音",
        large_text: ("大字版", "字更大，每页内容更少"),
        high_contrast: ("高对比度", "黑底亮字，更易看清"),
        low_reach: ("低位操作", "按键都在屏幕下部"),
        speech: ("语音朗读", "读出屏幕上的内容"),
        on: "已开启",
        off: "已关闭",
        absent: "本机暂时不能朗读",
        close: "关闭",

        speech_on: "语音朗读已开启。按上、下键选择，按确认键确定，按重复键再听一遍。",
        speech_off: "语音朗读已关闭。",
        start: "用中文取号，请选择中文",
        place: |place, count| format!("第 {place} 项，共 {count} 项，"),
        count: |count| format!("共有 {count} 项"),
        typed: |letters| format!("已输入 {letters}"),
        any_key: "按任意键继续",
        volume: |percent| format!("音量 {percent}"),
        keys: "上、下键选择，确认键确定，返回键回到上一页，重复键再听一遍，加、减键调节音量",
        comma: "，",
        full_stop: "。",
    },
};

fn call(phone: &str) -> String {
    if phone.is_empty() {
        String::new()
    } else {
        format!("，或拨打 {phone}")
    }
}

fn weekday(date: Date) -> &'static str {
    match date.weekday() {
        Weekday::Monday => "星期一",
        Weekday::Tuesday => "星期二",
        Weekday::Wednesday => "星期三",
        Weekday::Thursday => "星期四",
        Weekday::Friday => "星期五",
        Weekday::Saturday => "星期六",
        Weekday::Sunday => "星期日",
    }
}
