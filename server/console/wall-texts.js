// Every word that the wall board says by itself, by language, for review in one place: the words of the Slint wall
// (display/src/texts.rs), and those that only a browser needs. Short and polite, no exclamation marks; a number is never
// put into a word that must agree with it. A text with gaps is a function.

/** The languages of the board, in the order in which they are offered. */
export const LANGUAGES = ['zh-CN', 'zh-TW', 'en', 'de'];

const zhCn = {
  nowCalling: '正在叫号', nowServing: '正在办理', pleaseWait: '请在休息区等候叫号',
  before: '', behind: '号窗口', window: (n) => `${n}号窗口`, pleaseGo: (n) => `请到${n}号窗口`,
  lastCalls: '最近叫号', wayHeading: '窗口', noCalls: '暂无其他叫号', calling: '请前往', serving: '办理中', over: '已结束',
  windowCalls: '叫号中', closed: '未开放', free: '空闲', paused: '暂停服务', backAt: (when) => `预计 ${when} 恢复`,
  waitingHeading: '等候人数', windowsHeading: '窗口', quotaReached: '今日号已取完', notNow: '暂不取号',
  opensAt: (when) => `${when} 开始取号`, noWindow: '暂无窗口开放',
  queueHeading: '等候中的号码', nobodyWaits: '目前无人等候', queueUnknown: '暂时无法显示等候号码，请留意叫号', noticesHeading: '公告', noNotices: '暂无公告',
  today: (time) => time, onDay: (day, time) => `${day} ${time}`, onDate: (_year, month, day, time) => `${month}月${day}日 ${time}`,
  date: (year, month, day, weekday) => `${year}年${month}月${day}日 ${weekday}`,
  weekdays: ['星期日', '星期一', '星期二', '星期三', '星期四', '星期五', '星期六'],
  staleSeconds: (n) => `画面已 ${n} 秒未更新`, staleMinutes: (n) => `画面已 ${n} 分钟未更新`, staleHours: (n) => `画面已 ${n} 小时未更新`,
  staleAdvice: '请听窗口工作人员叫号',
  connecting: '正在连接服务器…', connectingAdvice: (server) => `如果长时间停留在此画面，请检查网络，以及服务器 ${server} 是否已启动。`,
  refused: '服务器拒绝了此显示屏', refusedAdvice: '请管理员在管理页为此屏生成新的配对码，并在下面输入。',
  outdated: '此页面的版本与服务器不符', outdatedAdvice: '页面会自动重新载入。如果长时间停留在此画面，请重新打开浏览器中的本页。',
  failed: '此页面出错', failedAdvice: '页面会自动重新载入。如果反复出现，请把浏览器的型号告知管理员。',
  pairTitle: '配对此显示屏', pairAdvice: '请管理员在管理页的“设备”中为此屏生成一次性配对码，并在此输入。', pairCode: '配对码', pairGo: '配对', pairBusy: '正在配对…',
  pairEmpty: '请输入配对码。', pairKind: '这个配对码属于取号机，不能用于显示屏。请管理员为显示屏生成配对码。',
  pairUnanswered: '没有收到服务器的答复。请检查网络后再试一次。', pairForgotten: '此浏览器不保存数据：关闭后需要重新配对。请允许本站保存数据。',
  touch: '请轻触屏幕一次，以开启语音播报', mute: '此屏没有声音：浏览器无法播放语音',
};

const zhTw = {
  nowCalling: '正在叫號', nowServing: '正在辦理', pleaseWait: '請在等候區等候叫號',
  before: '', behind: '號櫃檯', window: (n) => `${n}號櫃檯`, pleaseGo: (n) => `請至${n}號櫃檯`,
  lastCalls: '最近叫號', wayHeading: '櫃檯', noCalls: '目前沒有其他叫號', calling: '請前往', serving: '辦理中', over: '已結束',
  windowCalls: '叫號中', closed: '未開放', free: '空閒', paused: '暫停服務', backAt: (when) => `預計 ${when} 恢復`,
  waitingHeading: '等候人數', windowsHeading: '櫃檯', quotaReached: '今日號碼已發完', notNow: '暫停取號',
  opensAt: (when) => `${when} 開始取號`, noWindow: '目前未開放櫃檯',
  queueHeading: '等候中的號碼', nobodyWaits: '目前無人等候', queueUnknown: '暫時無法顯示等候號碼，請留意叫號', noticesHeading: '公告', noNotices: '目前沒有公告',
  today: (time) => time, onDay: (day, time) => `${day} ${time}`, onDate: (_year, month, day, time) => `${month}月${day}日 ${time}`,
  date: (year, month, day, weekday) => `${year}年${month}月${day}日 ${weekday}`,
  weekdays: ['星期日', '星期一', '星期二', '星期三', '星期四', '星期五', '星期六'],
  staleSeconds: (n) => `畫面已 ${n} 秒未更新`, staleMinutes: (n) => `畫面已 ${n} 分鐘未更新`, staleHours: (n) => `畫面已 ${n} 小時未更新`,
  staleAdvice: '請留意櫃檯人員叫號',
  connecting: '正在連線至伺服器…', connectingAdvice: (server) => `如果長時間停留在此畫面，請檢查網路，以及伺服器 ${server} 是否已啟動。`,
  refused: '伺服器拒絕了此顯示器', refusedAdvice: '請管理員在管理頁為此顯示器產生新的配對碼，並在下方輸入。',
  outdated: '此頁面的版本與伺服器不符', outdatedAdvice: '頁面會自動重新載入。如果長時間停留在此畫面，請在瀏覽器中重新開啟本頁。',
  failed: '此頁面發生錯誤', failedAdvice: '頁面會自動重新載入。如果反覆出現，請將瀏覽器的型號告知管理員。',
  pairTitle: '配對此顯示器', pairAdvice: '請管理員在管理頁的「設備」中為此顯示器產生一次性配對碼，並在此輸入。', pairCode: '配對碼', pairGo: '配對', pairBusy: '正在配對…',
  pairEmpty: '請輸入配對碼。', pairKind: '這個配對碼屬於取號機，不能用於顯示器。請管理員為顯示器產生配對碼。',
  pairUnanswered: '沒有收到伺服器的答覆。請檢查網路後再試一次。', pairForgotten: '此瀏覽器不儲存資料：關閉後需要重新配對。請允許本站儲存資料。',
  touch: '請輕觸螢幕一次，以開啟語音播報', mute: '此顯示器沒有聲音：瀏覽器無法播放語音',
};

const en = {
  nowCalling: 'Now calling', nowServing: 'Now serving', pleaseWait: 'Please take a seat and wait for your number',
  before: 'Window', behind: '', window: (n) => `Window ${n}`, pleaseGo: (n) => `Please go to Window ${n}`,
  lastCalls: 'Last calls', wayHeading: 'Window', noCalls: 'No other calls', calling: 'Please go', serving: 'Serving', over: 'Ended',
  windowCalls: 'Calling', closed: 'Closed', free: 'Free', paused: 'Paused', backAt: (when) => `expected back ${when}`,
  waitingHeading: 'Waiting', windowsHeading: 'Windows', quotaReached: 'Full for today', notNow: 'Closed now',
  opensAt: (when) => `Opens ${when}`, noWindow: 'No window open',
  queueHeading: 'Numbers waiting', nobodyWaits: 'Nobody is waiting', queueUnknown: 'Waiting numbers cannot be shown now; please watch the calls', noticesHeading: 'Notices', noNotices: 'No notices',
  today: (time) => `at ${time}`, onDay: (day, time) => `${day} ${time}`, onDate: (_year, month, day, time) => `${day} ${MONTHS[month - 1]} ${time}`,
  date: (year, month, day, weekday) => `${weekday} ${day} ${MONTHS[month - 1]} ${year}`,
  weekdays: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
  staleSeconds: (n) => `Not updated for ${n} s`, staleMinutes: (n) => `Not updated for ${n} min`, staleHours: (n) => `Not updated for ${n} h`,
  staleAdvice: 'Please listen to the staff at the windows',
  connecting: 'Connecting to the server …', connectingAdvice: (server) => `If this stays, check the network and whether the server ${server} runs.`,
  refused: 'The server refuses this display', refusedAdvice: 'An administrator makes a new pairing code in the console; enter it below.',
  outdated: 'This page does not fit the server’s version', outdatedAdvice: 'The page loads again by itself. If this stays, open this page again in the browser.',
  failed: 'This page failed', failedAdvice: 'The page loads again by itself. If it happens again, tell the administrator which browser this is.',
  pairTitle: 'Pair this display', pairAdvice: 'An administrator makes a one-time pairing code for this display under “Devices” in the console. Enter it here.', pairCode: 'Pairing code', pairGo: 'Pair', pairBusy: 'Pairing …',
  pairEmpty: 'Enter the pairing code.', pairKind: 'This code belongs to a kiosk and does not fit a display. Ask the administrator for the code of a display.',
  pairUnanswered: 'The server did not answer. Check the network and try again.', pairForgotten: 'This browser keeps no data: after it is closed this display must be paired again. Allow this site to keep data.',
  touch: 'Touch the screen once to switch the sound on', mute: 'No sound here: this browser cannot play the voice',
};

const de = {
  nowCalling: 'Jetzt aufgerufen', nowServing: 'In Bearbeitung', pleaseWait: 'Bitte nehmen Sie Platz und warten Sie auf Ihre Nummer',
  before: 'Schalter', behind: '', window: (n) => `Schalter ${n}`, pleaseGo: (n) => `Bitte zu Schalter ${n}`,
  lastCalls: 'Letzte Aufrufe', wayHeading: 'Schalter', noCalls: 'Keine weiteren Aufrufe', calling: 'Bitte gehen', serving: 'Bedienung', over: 'Beendet',
  windowCalls: 'Aufruf', closed: 'Zu', free: 'Frei', paused: 'Pause', backAt: (when) => `voraussichtlich wieder ${when}`,
  waitingHeading: 'Wartende', windowsHeading: 'Schalter', quotaReached: 'Heute voll', notNow: 'Geschlossen',
  opensAt: (when) => `Öffnet ${when}`, noWindow: 'Kein Schalter offen',
  queueHeading: 'Wartende Nummern', nobodyWaits: 'Niemand wartet', queueUnknown: 'Wartende Nummern sind zurzeit nicht zu sehen; bitte auf den Aufruf achten', noticesHeading: 'Hinweise', noNotices: 'Keine Hinweise',
  today: (time) => `um ${time}`, onDay: (day, time) => `${day} ${time}`, onDate: (_year, month, day, time) => `${day}. ${MONATE[month - 1]} ${time}`,
  date: (year, month, day, weekday) => `${weekday}, ${day}. ${MONATE[month - 1]} ${year}`,
  weekdays: ['So', 'Mo', 'Di', 'Mi', 'Do', 'Fr', 'Sa'],
  staleSeconds: (n) => `Seit ${n} s nicht aktualisiert`, staleMinutes: (n) => `Seit ${n} Min. nicht aktualisiert`, staleHours: (n) => `Seit ${n} Std. nicht aktualisiert`,
  staleAdvice: 'Bitte achten Sie auf den Aufruf am Schalter',
  connecting: 'Verbindung zum Server wird aufgebaut …', connectingAdvice: (server) => `Bleibt dieses Bild stehen, bitte das Netz prüfen und ob der Server ${server} läuft.`,
  refused: 'Der Server weist diese Anzeige ab', refusedAdvice: 'Die Verwaltung erzeugt einen neuen Kopplungscode; bitte unten eingeben.',
  outdated: 'Diese Seite passt nicht zur Version des Servers', outdatedAdvice: 'Die Seite lädt sich selbst neu. Bleibt dieses Bild stehen, bitte die Seite im Browser neu öffnen.',
  failed: 'Diese Seite ist gestört', failedAdvice: 'Die Seite lädt sich selbst neu. Kommt das wieder vor, bitte der Verwaltung sagen, welcher Browser das ist.',
  pairTitle: 'Diese Anzeige koppeln', pairAdvice: 'Die Verwaltung erzeugt unter „Geräte“ einen einmaligen Kopplungscode für diese Anzeige. Bitte hier eingeben.', pairCode: 'Kopplungscode', pairGo: 'Koppeln', pairBusy: 'Wird gekoppelt …',
  pairEmpty: 'Bitte den Kopplungscode eingeben.', pairKind: 'Dieser Code gehört zu einem Nummernautomaten und nicht zu einer Anzeige. Bitte einen Code für eine Anzeige erzeugen lassen.',
  pairUnanswered: 'Der Server hat nicht geantwortet. Bitte das Netz prüfen und erneut versuchen.', pairForgotten: 'Dieser Browser speichert nichts: nach dem Schließen muss neu gekoppelt werden. Bitte das Speichern für diese Seite erlauben.',
  touch: 'Bitte den Bildschirm einmal berühren, um den Ton einzuschalten', mute: 'Kein Ton: dieser Browser kann die Ansagen nicht abspielen',
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MONATE = ['Jan.', 'Feb.', 'März', 'Apr.', 'Mai', 'Juni', 'Juli', 'Aug.', 'Sept.', 'Okt.', 'Nov.', 'Dez.'];

/** Texts by BCP 47 tag, then by key. */
export const WALL_TEXTS = { 'zh-CN': zhCn, 'zh-TW': zhTw, en, de };

/** The text `key` in the language `tag`, with `args` in its gaps. */
export function say(tag, key, ...args) {
  const text = WALL_TEXTS[tag][key];
  return typeof text === 'function' ? text(...args) : text;
}

/** How old the picture is, in words. */
export function staleText(tag, seconds) {
  if (seconds < 120) {
    return say(tag, 'staleSeconds', seconds);
  }
  return seconds < 7_200 ? say(tag, 'staleMinutes', Math.floor(seconds / 60)) : say(tag, 'staleHours', Math.floor(seconds / 3_600));
}

/**
 * A moment to come, seen from `now`: a time alone is one of today; within a week the weekday says the day, else the date.
 * Both are as `civil` of wall-time.js makes them.
 */
export function whenText(tag, now, at) {
  const days = Math.round((Date.UTC(at.year, at.month - 1, at.day) - Date.UTC(now.year, now.month - 1, now.day)) / 86_400_000);
  if (days === 0) {
    return say(tag, 'today', at.time);
  }
  if (days >= 1 && days <= 6) {
    return say(tag, 'onDay', WALL_TEXTS[tag].weekdays[at.weekday], at.time);
  }
  return say(tag, 'onDate', at.year, at.month, at.day, at.time);
}

/** A day as a wall shows it. */
export function dateText(tag, at) {
  return say(tag, 'date', at.year, at.month, at.day, WALL_TEXTS[tag].weekdays[at.weekday]);
}
