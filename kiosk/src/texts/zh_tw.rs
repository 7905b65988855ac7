//! 繁體中文（臺灣用語）：自助取號機的全部用語。

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

    touch_to_start: "請觸碰此處取號",
    steps: [
        "選擇要辦理的業務",
        "查看等候情形，確認取號",
        "拿取號碼牌，在等候區等候叫號",
    ],
    hall_closed: |opens| match opens {
        Some(opens) => format!("現在非取號時間，{opens}開始取號。"),
        None => "現在非取號時間。".to_owned(),
    },
    hall_waiting: |people| match people {
        0 => "目前無人等候".to_owned(),
        _ => format!("目前共有 {people} 人等候"),
    },
    starting: "連線中，請稍候…",
    server_away: |phone| {
        format!(
            "取號系統暫時無法連線，請至服務臺由專人為您取號{}。",
            call(phone)
        )
    },
    offline: "系統目前離線運作，仍可取號；等候人數及時間暫時無法得知。",
    offline_wait: "等候情形不明",
    offline_none: "離線號碼已取完，請至服務臺取號",
    offline_place: "系統離線，等候時間不明，依取號時間排序",

    choose_group: "請選擇辦理部門",
    choose_service: "請選擇要辦理的業務",
    choose_class: "請選擇您的身分類別",
    choose_class_hint: "選擇優先服務者，叫號後請向櫃檯人員出示證件。",
    no_proof: "不需出示證件",
    proof: |proof| format!("請出示：{proof}"),
    waiting: |people, windows| match (people, windows) {
        (0, 0) => "目前未開放櫃檯".to_owned(),
        (_, 0) => format!("等候 {people} 人 · 目前未開放櫃檯"),
        (0, _) => format!("無人等候 · 開放 {windows} 個櫃檯"),
        (_, _) => format!("等候 {people} 人 · 開放 {windows} 個櫃檯"),
    },
    group_note: |services, people| match people {
        0 => format!("{services} 項業務 · 無人等候"),
        _ => format!("{services} 項業務 · 等候 {people} 人"),
    },

    often: "常用業務，點此直接取號",
    other_class: "選擇優先身分",
    search: "查詢業務",
    search_hint: "輸入拼音首字母、拼音或英文，例如 sfz",
    search_nothing: "查無此業務",
    erase: "刪除",
    clear: "清除",

    service_closed: |opens| match opens {
        Some(opens) => format!("現在無法取號，{opens}開始"),
        None => "現在無法取號".to_owned(),
    },
    quota_reached: "今日號碼已發完",
    not_now: "此業務現在無法取號",
    not_now_advice: |phone| format!("您可以選擇其他業務，或至服務臺詢問{}。", call(phone)),
    today_at: |time| format!("今天 {time} "),
    day_at: |date, time| {
        format!(
            "{}月{}日（{}）{time} ",
            date.month(),
            date.day(),
            weekday(date)
        )
    },

    confirm_title: "請確認後再取號",
    confirm: "確認取號",
    confirm_unprinted: "仍要取號（不列印號碼牌）",
    figures: [
        ("等候人數", "人"),
        ("開放櫃檯", "個"),
        ("前一位等候了", "分鐘"),
    ],
    under_a_minute: "<1",
    unknown_figure: "—",
    no_window_open: "此業務目前沒有開放的櫃檯，取號後請耐心等候，或先至服務臺詢問。",
    guide: [
        "辦理櫃檯",
        "應備文件",
        "規費",
        "處理時限",
        "辦理流程",
        "洽詢電話",
    ],
    class_row: "身分類別",

    issuing: "取號中，請稍候…",
    issuing_long: "網路較慢，正在重試。請勿離開，不會重複取號。",

    your_number: "您的號碼",
    ahead: |people| match people {
        0 => "您前面沒有人等候，請留意叫號".to_owned(),
        _ => format!("您前面還有 {people} 人等候"),
    },
    at_windows: |windows| format!("辦理櫃檯：{windows}"),
    wait_in: |zone| format!("請在{zone}等候叫號"),
    scan_guide: "掃描帶走指南",
    scan: "掃描條碼查看等候進度",
    printing: "正在列印號碼牌，請稍候…",
    take_ticket: "請取走您的號碼牌",
    not_printed: "這次沒有列印號碼牌。請記住號碼，或用手機掃描條碼、拍照留存。",
    print_unknown: "如果號碼牌沒有印出來，您的號碼仍然有效。請記住號碼或拍照留存。",
    print_failed: "號碼牌沒有印出來，但您的號碼有效。請記住號碼或拍照留存。",
    done: "完成",

    sorry: "很抱歉，暫時沒有取到號碼",
    retry: "再試一次",
    back: "回上一頁",
    home: "回首頁",
    help: |phone| match phone {
        "" => "需要協助請洽服務臺".to_owned(),
        _ => format!("需要協助請洽服務臺，或撥打 {phone}"),
    },
    previous: "上一頁",
    next: "下一頁",

    still_there: |seconds| format!("您還在嗎？{seconds} 秒後回到首頁。"),
    stay: "我還在，繼續",

    printer_trouble: |trouble| match trouble {
        PrinterTrouble::Absent => "本機不列印號碼牌，號碼只顯示在螢幕上。",
        PrinterTrouble::PaperOut => "列印紙已用完，號碼只能顯示在螢幕上，請記住號碼或拍照留存。",
        PrinterTrouble::CoverOpen => {
            "印表機上蓋未關好，號碼只能顯示在螢幕上，請記住號碼或拍照留存。"
        }
        PrinterTrouble::Offline => {
            "印表機暫時無法使用，號碼只能顯示在螢幕上，請記住號碼或拍照留存。"
        }
    },
    no_paper: |trouble| match trouble {
        PrinterTrouble::Absent => {
            "本機沒有印表機，無法取號，請至其他取號機取號，或點「呼叫協助」。"
        }
        PrinterTrouble::PaperOut => {
            "列印紙已用完，本機暫停取號，請至其他取號機取號，或點「呼叫協助」。"
        }
        PrinterTrouble::CoverOpen => {
            "印表機上蓋未關好，本機暫停取號，請至其他取號機取號，或點「呼叫協助」。"
        }
        PrinterTrouble::Offline => {
            "印表機暫時無法使用，本機暫停取號，請至其他取號機取號，或點「呼叫協助」。"
        }
    },
    paper_first: "印表機恢復後即可取號",
    paper_again: "印表機已恢復，可以取號。",
    windows: |numbers| match numbers {
        [] => String::new(),
        [..] => format!("{}號櫃檯", runs(numbers).join("、")),
    },

    maintenance: Maintenance {
        pin: "請輸入維護密碼",
        pin_wrong: |left| format!("密碼不正確，還可以試 {left} 次"),
        pin_locked: |minutes| format!("密碼錯誤次數過多，請於 {minutes} 分鐘後再試"),
        enter: "確定",
        title: "設備維護",
        facts: [
            "設備",
            "伺服器",
            "連線",
            "時鐘",
            "印表機",
            "印表機狀態",
            "離線號碼",
            "程式版本",
            "螢幕",
        ],
        unknown: "不明",
        live: |seconds| format!("正常，{seconds} 秒前有訊息"),
        lost: |seconds| format!("已中斷 {seconds} 秒"),
        clock: |seconds| match seconds {
            0 => "與伺服器一致".to_owned(),
            1.. => format!("比伺服器慢 {seconds} 秒"),
            _ => format!("比伺服器快 {} 秒", seconds.unsigned_abs()),
        },
        no_printer: "沒有印表機",
        printer: |printer| match printer {
            PrinterIs::Starting => "正在連線",
            PrinterIs::Ready => "正常",
            PrinterIs::PaperLow => "正常，紙快用完",
            PrinterIs::NotReady(PrinterTrouble::Absent) => "沒有印表機",
            PrinterIs::NotReady(PrinterTrouble::PaperOut) => "缺紙",
            PrinterIs::NotReady(PrinterTrouble::CoverOpen) => "上蓋打開",
            PrinterIs::NotReady(PrinterTrouble::Offline) => "無回應或故障",
        },
        numbers: |held, owed| format!("備用 {held} 個，待上傳 {owed} 個"),
        troubles: "近期故障紀錄",
        no_trouble: "沒有故障",
        self_test: "列印測試頁",
        ask_again: "重新檢測",
        record: "儲存執行紀錄",
        leave: "離開維護",
        tested: |stage| match stage {
            PrintStage::UnderWay => "正在列印測試頁…",
            PrintStage::Printed => "測試頁已列印",
            PrintStage::Sent => "測試頁已送出，印表機不回報結果",
            PrintStage::Unknown => "無法確定測試頁是否印出",
            PrintStage::NotAsked | PrintStage::Failed => "測試頁沒有印出",
        },
        asked: "已重新檢測印表機與伺服器",
        recording: "正在儲存執行紀錄…",
        recorded: |path| format!("執行紀錄已儲存到 {path}"),
        not_recorded: |why| format!("執行紀錄沒有儲存：{why}"),
        test_paper: ("列印測試", "這不是號碼牌，不能用來辦事。"),
    },

    assistance: Assistance {
        print: "列印號碼牌",
        print_again: "再印一張",
        slip: "列印須知",
        slip_printing: "正在列印須知，請稍候…",
        take_slip: "請取走須知",
        slip_missing: "須知如果沒有印出來，請將本頁拍照留存，或至服務臺索取。",
        call: "呼叫協助",
        call_stands: "✓ 呼叫中",
        calling: "正在呼叫服務人員…",
        called: "已呼叫服務人員，請稍候",
        coming: "服務人員正在過來",
        call_failed: |phone| format!("呼叫沒有成功，請洽服務臺{}", call(phone)),
    },

    checkin: CheckIn {
        known: |masked| format!("已讀取證件 {masked}"),
        known_spoken: "已讀取您的證件",
        forget: "清除證件",
        forgotten: "證件資料已清除",
        unknown_code: "無法辨識。請出示身分證或號碼牌上的條碼，也可以直接觸摸螢幕取號。",
        card_not_now: "暫時無法讀取證件，請直接觸摸螢幕取號。",
        looking: "正在查詢您的號碼牌，請稍候…",
        look_failed: |phone| {
            format!(
                "暫時查不到號碼牌，請稍後再試，或向服務臺詢問{}。",
                call(phone)
            )
        },
        ticket_unknown: |phone| format!("找不到這張號碼牌，請向服務臺詢問{}。", call(phone)),
        ticket_over: |label| format!("{label} 號已經結束。如需再辦理，請重新取號。"),
        found: "這是您的號碼牌",
        has_ticket: "您已取過號，請憑此號等候。",
        print_copy: "補印號碼牌",
        called: |window| match window {
            "" => "正在呼叫您的號碼，請前往櫃檯".to_owned(),
            _ => format!("正在呼叫您的號碼，請至{window}"),
        },
        serving: |window| match window {
            "" => "正在辦理".to_owned(),
            _ => format!("正在{window}辦理"),
        },
        delayed: "您已過號，稍後會再次呼叫",
        held: "您的號碼已暫置，請向櫃檯或服務臺詢問",
        last_wait: |minutes| format!("上一位等候了 {minutes} 分鐘"),
    },

    everyone: Everyone {
        button: "顯示與聲音",
        large_text: ("大字版", "字體較大，每頁內容較少"),
        high_contrast: ("高對比", "黑底亮字，更容易看清"),
        low_reach: ("低位操作", "按鈕都在螢幕下方"),
        speech: ("語音朗讀", "讀出螢幕上的內容"),
        on: "已開啟",
        off: "已關閉",
        absent: "本機目前無法朗讀",
        close: "關閉",

        speech_on: "語音朗讀已開啟。按上、下鍵選擇，按確認鍵確定，按重複鍵再聽一次。",
        speech_off: "語音朗讀已關閉。",
        start: "以繁體中文取號，請選擇繁體中文",
        place: |place, count| format!("第 {place} 項，共 {count} 項，"),
        count: |count| format!("總共 {count} 項"),
        typed: |letters| format!("已輸入 {letters}"),
        any_key: "按任意鍵繼續",
        volume: |percent| format!("音量大小 {percent}"),
        keys: "上、下鍵選擇，確認鍵確定，返回鍵回到上一頁，重複鍵再聽一次，加、減鍵調整音量",
        comma: "，",
        full_stop: "。",
    },
};

fn call(phone: &str) -> String {
    if phone.is_empty() {
        String::new()
    } else {
        format!("，或撥打 {phone}")
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
