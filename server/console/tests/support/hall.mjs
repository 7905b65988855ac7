// A hall for the tests of the wall board: boards, layouts and names as the server sends them.

/** 2026-03-02 09:41 in Shanghai, a Monday. */
export const AT = Date.UTC(2026, 2, 2, 1, 41);
const MINUTE = 60_000;

const named = (zh, en, tw = zh, de = en) => ({ 'zh-CN': zh, en, 'zh-TW': tw, de });

const SERVICES = [
  named('户籍业务', 'Household register', '戶籍業務', 'Meldewesen'), named('身份证办理', 'Identity cards', '身分證辦理', 'Personalausweise'),
  named('出入境证件', 'Passports', '出入境證件', 'Reisepässe'), named('养老保险', 'Pensions', '養老保險', 'Renten'),
  named('医疗保险', 'Medical insurance', '醫療保險', 'Krankenkasse'), named('就业与失业登记', 'Employment', '就業與失業登記', 'Arbeit'),
  named('企业设立登记', 'Company registration', '企業設立登記', 'Gewerbegründung'), named('食品经营许可', 'Food licences', '食品經營許可', 'Lebensmittel'),
  named('综合纳税', 'Taxes', '綜合納稅', 'Steuern'), named('不动产登记', 'Real estate registration', '不動產登記', 'Grundbucheintrag'),
  named('住房公积金', 'Housing fund', '住房公積金', 'Wohnungsfonds'), named('公证咨询', "Notary's advice", '公證諮詢', 'Notarberatung'),
];
const LONG = named('城镇居民基本养老保险关系转移接续与缴费年限核定', 'Transfer of pension insurance between districts and confirmation of years paid', '城鎮居民基本養老保險關係轉移接續與繳費年限核定', 'Übertragung der Rentenversicherung zwischen Bezirken und Feststellung der Beitragsjahre');

const LONG_HALL = named('示范市高新技术产业开发区政务服务和公共资源交易中心', 'Government Service and Public Resources Trading Centre of the Model City High-tech Zone', '示範市高新技術產業開發區政務服務和公共資源交易中心', 'Bürgerservice- und Vergabezentrum der Hochtechnologiezone Musterstadt');
const LONG_ZONE = named('二楼企业服务和工程建设审批专区', 'Second floor, companies and construction permits', '二樓企業服務和工程建設審批專區', 'Obergeschoss, Unternehmen und Baugenehmigungen');

export const HALL = {
  catalogue_version: 3,
  name: named('示范市政务服务中心', 'Model City Government Service Centre', '示範市政務服務中心', 'Bürgerservice-Zentrum Musterstadt'),
  time_zone: 'Asia/Shanghai', phone: '010-5550 1000', device: '大厅屏', languages: ['zh-CN', 'en'], day: '2026-03-02', opening: { is: 'open' }, at: AT,
  zones: [], groups: [], classes: [], services: [], windows: [], no_show_rule: {},
  notices: [
    { text: named('每周三下午业务学习，14:00 起暂停办理，请合理安排时间。', 'Closed on Wednesday afternoons from 14:00 for training.'), from: '2026-03-01', until: null },
    { text: named('自助服务区二十四小时开放，可办理社保查询、公积金查询和证明打印。', 'The self-service area is open day and night: insurance and housing fund queries, printing of certificates.'), from: null, until: null },
    { text: named('昨天的公告', 'Yesterday’s notice'), from: '2026-02-01', until: '2026-03-01' },
  ],
};

const call = (seq, label, number, state, mark = {}) => ({
  seq, ticket: seq, label, window: `w${number}`, number, zone: number < 10 ? 'east' : 'west', service: 's0', mark, language: 'zh-CN', at: AT, recalls: 0, state,
});

const MILITARY = named('军人', 'Military', '軍人', 'Militär');
const ELDERLY = named('老年人', 'Elderly', '長者', 'Senioren');

/**
 * A board.
 * @param windows how many windows there are; @param paused how many of them are paused
 * @param services how many services; @param long whether names are long; @param calm whether nobody is called
 */
export function boardOf({ windows = 8, paused = 0, services = 12, long = false, calm = false, waiting = 24 } = {}) {
  const calls = calm ? [] : [
    call(50, 'A017', 3, 'calling'), call(49, 'F203', Math.min(12, windows), 'calling', MILITARY), call(48, 'C088', 5, 'serving'),
    call(47, 'A016', 1, 'serving', ELDERLY), call(46, 'E112', 10, 'serving'), call(45, 'A015', 3, 'over'), call(44, 'A014', 2, 'over'),
  ];
  const does = (number) => {
    if (number > windows - paused) {
      return { is: 'paused', reason: number % 2 === 0 ? '系统故障，正在检修' : '午餐', back_at: AT + 34 * MINUTE };
    }
    const at = calls.find((one) => one.number === number && one.state !== 'over');
    if (at !== undefined) {
      return at.state === 'calling' ? { is: 'calling', label: at.label } : { is: 'serving', label: at.label, since: AT };
    }
    if (number > 8 && number % 3 !== 0) {
      return { is: 'serving', label: `C${String(number).padStart(3, '0')}`, since: AT };
    }
    return { is: number === 4 ? 'closed' : 'free' };
  };
  const availability = [{ is: 'open' }, { is: 'closed', opens_at: AT + 229 * MINUTE }, { is: 'quota_reached' }];
  return {
    catalogue_version: 3,
    hall: HALL.name,
    zones: [{ id: 'east', name: named('东区', 'East hall', '東區', 'Halle Ost') }, { id: 'west', name: named('西区', 'West hall', '西區', 'Halle West') }],
    services: Array.from({ length: services }, (_, at) => ({
      id: `s${at}`, name: long && at % 3 === 0 ? LONG : SERVICES[at % SERVICES.length], group: 'g', zones: ['east'], waiting: [12, 23, 7, 4, 31, 0, 9, 2, 128, 16, 5, 1][at % 12],
      windows_open: at === 11 ? 0 : 2, last_wait_seconds: null, availability: at === 7 ? availability[1] : at === 8 ? availability[2] : availability[0],
    })),
    windows: Array.from({ length: windows }, (_, at) => ({ id: `w${at + 1}`, number: at + 1, zone: at < 9 ? 'east' : 'west', services: ['s0', 's1', 's2'], does: does(at + 1), staff: null })),
    calls,
    tickets: [],
    waiting: { numbers: Array.from({ length: Math.min(waiting, 60) }, (_, at) => ({ label: `${'ABCE'[at % 4]}0${String(18 + at).slice(-2)}` })), more: Math.max(0, waiting - 60) },
  };
}

const panels = (...all) => all.map(([show, share]) => ({ show, share }));
const layout = (more) => ({ id: 'test', theme: 'dark', second: 'beside', languages: ['zh-CN', 'en'], line: null, logo: false, ...more });

/** Scenes by name: `{board, layout, window, zone}`; the fake server shows the one that the token names. */
export function sceneOf(name) {
  const [kind, ...more] = name.split('+');
  const has = (one) => more.includes(one);
  const count = Number(more.find((one) => /^\d+$/.test(one)) || 8);
  const board = boardOf({ windows: count, paused: has('pause') ? Math.min(2, count) : 0, long: has('long'), calm: has('calm'), services: has('few') ? 3 : has('two') ? 2 : 12, waiting: has('crowd') ? 83 : has('nobody') ? 0 : 24 });
  if (has('named')) {
    board.hall = LONG_HALL;
    board.zones.forEach((zone) => { zone.name = LONG_ZONE; });
  }
  if (has('masked')) {
    board.waiting.numbers.forEach((one) => { one.label = one.label.replace(/\d\d(\d)$/, '**$1'); });
  }
  if (has('earlier')) {
    delete board.waiting;
  }
  const languages = has('en') ? ['en'] : has('zh') ? ['zh-CN'] : has('de') ? ['de', 'zh-CN'] : has('tw') ? ['zh-TW', 'en'] : ['zh-CN', 'en'];
  const theme = has('light') ? 'light' : has('contrast') ? 'contrast' : 'dark';
  const line = has('line') ? named('请保管好随身物品；贵重物品遗失，请到总服务台登记。办理业务请带好身份证原件。', 'Please look after your belongings. Bring your original identity card.') : null;
  const second = has('alternate') ? 'alternate' : 'beside';
  const shows = {
    calls: panels(['calls', 100]), windows: panels(['windows', 100]), waiting: panels(['waiting', 100]), counts: panels(['counts', 100]), strip: panels(['strip', 100]), notices: panels(['notices', 100]),
    hall: panels(['calls', 70], ['counts', 30]), lobby: panels(['calls', 65], ['counts', 20], ['notices', 15]), desk: panels(['calls', 60], ['windows', 40]), queue: panels(['calls', 50], ['waiting', 30], ['notices', 20]),
    full: panels(['calls', 55], ['windows', 20], ['counts', 15], ['notices', 10]), odd: panels(['calls', 60], ['weather', 20], ['pictures', 20]), pictures: panels(['pictures', 100]),
  }[kind];
  return {
    board,
    zone: has('east') ? 'east' : null,
    window: kind === 'strip' ? Number(more.find((one) => /^w\d+$/.test(one) || false)?.slice(1) || 3) : null,
    layout: shows === undefined ? null : layout({ theme, languages, second, line, panels: shows }),
  };
}
