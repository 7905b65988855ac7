// What customers read on the phone page in the languages that the staff pages are not written in. One reviewed place for
// each; a test holds that both have every text that the phone page asks for. A text with gaps is a function.

const zhTw = {
  'sep.list': '、', 'language': '介面語言',
  'span.seconds': (s) => `${s}秒`, 'span.minutes': (m) => `${m}分鐘`, 'span.hours': (h, m) => `${h}小時${m}分`,
  'fail.unanswered': '沒有收到伺服器的答覆，不確定是否已執行。可再試一次，不會重複執行。',
  'guide.title': '業務指南', 'guide.materials': '應備文件', 'guide.fee': '費用', 'guide.time_limit': '辦理期限', 'guide.process': '辦理流程',
  'guide.windows': '辦理櫃檯', 'guide.zones': '辦理區域', 'guide.phone': '洽詢電話', 'guide.note': '如有變動，以櫃檯說明為準。',
  'guide.missing': '連結不完整：請重新掃描螢幕上的條碼。', 'guide.unanswered': '沒有收到伺服器的答覆，請檢查網路後重新整理本頁。',
  'phone.title': '我的號碼', 'phone.missing': '連結不完整：請重新掃描號碼牌上的條碼。', 'phone.ahead': '前面還有', 'phone.people': (_n) => '人',
  'phone.next': '下一位就是您', 'phone.window': (n) => `請至 ${n} 號櫃檯`, 'phone.windows': (list) => `可能叫號的櫃檯：${list}`,
  'phone.waiting': '等候中', 'phone.delayed': '已過號，稍後重新排隊', 'phone.called': '正在叫您', 'phone.serving': '正在辦理',
  'phone.held': '已暫置，請依服務人員的安排辦理', 'phone.pooled': '已過號，請洽服務人員', 'phone.finished': '已辦畢，感謝您的蒞臨',
  'phone.no_show': '已過號作廢，如需辦理請重新取號', 'phone.cancelled': '已取消', 'phone.closed': '今日業務已結束，號碼已關閉',
  'phone.misses': (n) => `已過號${n}次`, 'phone.issued': (at) => `取號時間 ${at}`, 'phone.alert': '叫到我時震動並響鈴', 'phone.alertOn': '叫到您時將震動並響鈴，請保持本頁開啟',
  'phone.cancel': '我不辦了，取消號碼', 'phone.cancelTitle': '確定要取消這個號碼？', 'phone.cancelText': '取消後無法恢復，需要重新取號。',
  'phone.cancelYes': '取消號碼', 'phone.cancelNo': '保留', 'phone.stale': (age) => `網路中斷，以下是${age}前的情形，請留意螢幕及廣播`,
  'phone.loading': '讀取中…',
};

const de = {
  'sep.list': ', ', 'language': 'Sprache dieser Seite',
  'span.seconds': (s) => `${s} s`, 'span.minutes': (m) => `${m} Min.`, 'span.hours': (h, m) => `${h} Std. ${m} Min.`,
  'fail.unanswered': 'Der Server hat nicht geantwortet; es ist nicht sicher, ob es ausgeführt wurde. Sie können es erneut versuchen, es geschieht nur einmal.',
  'guide.title': 'Merkblatt', 'guide.materials': 'Bitte mitbringen', 'guide.fee': 'Gebühr', 'guide.time_limit': 'Bearbeitungszeit', 'guide.process': 'Ablauf',
  'guide.windows': 'Schalter', 'guide.zones': 'Wo', 'guide.phone': 'Auskunft', 'guide.note': 'Bei Änderungen gilt, was Ihnen am Schalter gesagt wird.',
  'guide.missing': 'Der Link ist unvollständig: bitte scannen Sie den Code auf dem Bildschirm erneut.', 'guide.unanswered': 'Der Server hat nicht geantwortet. Bitte prüfen Sie die Verbindung und laden Sie die Seite neu.',
  'phone.title': 'Meine Nummer', 'phone.missing': 'Der Link ist unvollständig: bitte scannen Sie den Code auf dem Ausdruck erneut.', 'phone.ahead': 'Vor Ihnen', 'phone.people': (n) => (n === 1 ? 'Person' : 'Personen'),
  'phone.next': 'Sie sind als Nächstes an der Reihe', 'phone.window': (n) => `Bitte gehen Sie zu Schalter ${n}`, 'phone.windows': (list) => `Mögliche Schalter: ${list}`,
  'phone.waiting': 'Bitte warten', 'phone.delayed': 'Aufruf verpasst; Sie werden erneut eingereiht', 'phone.called': 'Sie werden aufgerufen', 'phone.serving': 'Sie werden bedient',
  'phone.held': 'Zurückgelegt; bitte folgen Sie den Hinweisen des Personals', 'phone.pooled': 'Aufruf verpasst; bitte wenden Sie sich an das Personal', 'phone.finished': 'Erledigt. Vielen Dank für Ihren Besuch',
  'phone.no_show': 'Aufruf verpasst, die Nummer ist verfallen; bitte ziehen Sie eine neue', 'phone.cancelled': 'Storniert', 'phone.closed': 'Für heute ist geschlossen, die Nummer gilt nicht mehr',
  'phone.misses': (n) => (n === 1 ? '1 verpasster Aufruf' : `${n} verpasste Aufrufe`), 'phone.issued': (at) => `Gezogen um ${at}`, 'phone.alert': 'Vibrieren und klingeln, wenn ich dran bin', 'phone.alertOn': 'Dieses Telefon vibriert und klingelt, wenn Sie dran sind; bitte lassen Sie diese Seite offen',
  'phone.cancel': 'Ich brauche sie nicht mehr: stornieren', 'phone.cancelTitle': 'Diese Nummer stornieren?', 'phone.cancelText': 'Das lässt sich nicht rückgängig machen; Sie müssten eine neue Nummer ziehen.',
  'phone.cancelYes': 'Nummer stornieren', 'phone.cancelNo': 'Behalten', 'phone.stale': (age) => `Keine Verbindung; so stand es vor ${age}. Bitte achten Sie auf Bildschirme und Aufrufe`,
  'phone.loading': 'Wird geladen …',
};

/** Texts by BCP 47 tag, then by key. */
export const VISITOR_TEXTS = { 'zh-TW': zhTw, de };
