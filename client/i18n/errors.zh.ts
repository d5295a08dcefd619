import type { ErrorTexts } from './error-texts.ts';
import { caseErrors } from './errors.cases.ts';

export const zh: ErrorTexts = {
  CONFIG_INVALID: { title: '配置无效', advice: '环境变量中有一项设置不可用，请改正所指变量后重新启动。' },
  PORT_TAKEN: { title: '端口被占用', advice: '已有其他程序监听该端口，请停止它或更换端口。' },
  DATA_IN_USE: {
    title: '数据目录被占用',
    advice: '另一个 Hallwatch 正在使用该数据目录，请停止它，或将 HALLWATCH_DATA 指向其他目录。',
  },
  FFMPEG_MISSING: {
    title: '缺少 ffmpeg',
    advice: '未找到 ffmpeg，请安装（apt-get install ffmpeg）或设置 HALLWATCH_FFMPEG。',
  },
  FFMPEG_TOO_OLD: { title: 'ffmpeg 版本过低', advice: 'ffmpeg 低于 5.1，请安装新版本或设置 HALLWATCH_FFMPEG。' },
  DATABASE_UNREACHABLE: {
    title: '数据库无应答',
    advice: '请确认数据库正在运行且 DATABASE_URL 指向它；系统会自动重试。',
  },
  DATABASE_URL_INVALID: {
    title: '数据库地址格式错误',
    advice: "DATABASE_URL 应形如 postgres://用户:密码{'@'}主机:5432/库名。",
  },
  DATABASE_REFUSED: {
    title: '数据库拒绝连接',
    advice: '数据库拒绝了用户名、密码或库名，请改正 DATABASE_URL。',
  },
  TIMESCALE_MISSING: {
    title: '缺少 TimescaleDB',
    advice: '该 PostgreSQL 没有 TimescaleDB 扩展，请安装扩展，或取消 DATABASE_URL 改用内置数据库。',
  },
  DATABASE_EMBEDDED_FAILED: {
    title: '内置数据库启动失败',
    advice: '日志位于数据目录的 database/log 下。',
  },
  BROKER_UNREACHABLE: {
    title: 'MQTT 服务无应答',
    advice: '请确认 MQTT 服务正在运行且 MQTT_URL 指向它；系统会自动重试。',
  },
  BROKER_REFUSED: { title: 'MQTT 服务拒绝登录', advice: 'MQTT 服务拒绝了用户名或密码，请改正 MQTT_URL。' },

  REQUEST_INVALID: { title: '请求内容有误', advice: '请求格式不符合要求，请按提示检查各字段。' },
  NOT_FOUND: { title: '未找到', advice: '没有这个名称的内容，可能已被删除。' },
  OUTPUT_UNREACHABLE: {
    title: '通知出口没有应答',
    advice: '预警无法由此发出。请检查地址和网络；系统会在一天之内自动重试。',
  },
  OUTPUT_REFUSED: {
    title: '通知出口拒收',
    advice: '对方有应答但不接收预警，详情为对方原话：请检查用户、密钥、发件人和收件人。',
  },
  OUTPUT_ADDRESS_FORBIDDEN: {
    title: '该地址不允许发送',
    advice: '预警不得发往该地址所在网段。请换一个地址，或在 HALLWATCH_OUTPUT_NETWORKS 中写入其网段并重新启动。',
  },
  ALERT_CHANGED: { title: '预警已有变化', advice: '这期间已有人或系统处理过该预警，请查看其最新处置情况后再操作。' },
  CONFLICT: { title: '名称冲突', advice: '同名内容已存在或仍在使用中，请换一个名称。' },
  SCENE_CHANGED: { title: '场景已被修改', advice: '其他人刚刚修改了这个场景。请重新打开，或另存为新的场景。' },
  SCREEN_LOCKED: { title: '屏幕已锁定', advice: '该屏幕已被锁定（见详情），请先解锁。' },
  RATE_LIMITED: { title: '尝试过于频繁', advice: '请等待一分钟后再试。' },
  INTERNAL: { title: '系统内部错误', advice: '系统内部出错，详情可按请求编号在日志中查找。' },
  SHUTTING_DOWN: { title: '系统正在停止', advice: '请待系统恢复后再试。' },

  SIGN_IN_REQUIRED: { title: '需要登录', advice: '请先登录。' },
  SIGN_IN_FAILED: { title: '登录失败', advice: '用户名或密码错误。' },
  REGISTRATION_CLOSED: { title: '未开放注册', advice: '此处的账号由管理员创建，请联系管理员。' },
  SECOND_FACTOR_REQUIRED: { title: '需要动态验证码', advice: '请输入身份验证器上的验证码。' },
  SECOND_FACTOR_WRONG: { title: '验证码错误', advice: '验证码错误、已过期或已使用，请使用下一个。' },
  PASSKEY_REFUSED: { title: '通行密钥未通过', advice: '此处不认识该通行密钥，或未完成验证。请用其他方式登录。' },
  IDENTITY_PROVIDER_UNREACHABLE: {
    title: '认证平台无应答',
    advice: '该地址没有可用的统一身份认证平台，请检查地址和 HALLWATCH_IDENTITY_NETWORKS。',
  },
  IDENTITY_REFUSED: {
    title: '身份认证未通过',
    advice: '认证平台的应答不可信，或已超时，请重新登录。',
  },
  IDENTITY_UNKNOWN: {
    title: '尚未绑定账号',
    advice: '认证平台认识您，但这里还没有您的账号。请将下面的标识告知管理员。',
  },
  PICTURE_MASKED: {
    title: '画面有遮挡',
    advice: '该画面有部分区域对您遮挡，而此处保存的是未遮挡的原始画面。请由有权查看的人员操作。',
  },
  REASON_REQUIRED: { title: '需要说明事由', advice: '按规定，此操作须先说明事由。' },
  CONFIRMATION_REQUIRED: { title: '需要再次确认身份', advice: '请再次输入密码以确认是您本人操作。' },
  FORBIDDEN: { title: '没有权限', advice: '您的账号不能执行此操作，请联系管理员。' },
  SETUP_CODE_WRONG: { title: '初始化口令错误', advice: '口令在首次启动时显示在服务器控制台上。' },
  SETUP_DONE: { title: '已完成初始化', advice: '首个管理员已存在，请直接登录。' },
  SETUP_REQUIRED: {
    title: '尚未初始化',
    advice: '系统还没有账号，请在浏览器中打开系统，用控制台显示的口令创建管理员。',
  },

  PLAN_IMAGE_UNUSABLE: {
    title: '图片无法使用',
    advice: '平面图只接受 PNG 或 JPEG 图片，最多 1 亿像素。请另存为其中一种格式。',
  },
  CALENDAR_ENDS: {
    title: '工作日历即将用完',
    advice: '工作日历即将到期，其后的日子只能按星期几暂定。请在“日历”中导入下一份放假通知。',
  },
  ...caseErrors.zh,
  CAMERA_UNREACHABLE: { title: '摄像机无应答', advice: '摄像机在该地址没有应答，请检查地址、端口和网线。' },
  CAMERA_UNAUTHORIZED: { title: '摄像机密码被拒', advice: '摄像机拒绝了用户名或密码，请填写正确的用户名和密码。' },
  CAMERA_CREDENTIALS_REFUSED: {
    title: '保存的密码被拒',
    advice:
      '摄像机拒绝了保存的用户名或密码。为避免账号被锁，系统已停止尝试：请填写正确的用户名和密码，或点击“再试一次”。',
  },
  CAMERA_ADDRESS_FORBIDDEN: {
    title: '该地址不允许接入',
    advice: '该地址不在允许接入摄像机的网段内。请换一个地址，或在 HALLWATCH_CAMERA_NETWORKS 中写入其网段并重新启动。',
  },
  CAMERA_NOT_ONVIF: {
    title: '不是 ONVIF 摄像机',
    advice: '该地址有应答，但不是 ONVIF 摄像机。请在摄像机中启用 ONVIF 或检查端口。',
  },
  CAMERA_NO_STREAM: { title: '没有可用视频流', advice: '摄像机在该配置下没有提供可用的视频流。' },
  CAMERA_CODEC_UNSUPPORTED: {
    title: '编码不受支持',
    advice: '摄像机发送的编码无法读取，请将该配置改为 H.264。',
  },
  CAMERA_SILENT: { title: '摄像机无画面', advice: '摄像机接受了连接但不发送画面，系统会自动重连。' },
  CAMERA_PROTOCOL: { title: '摄像机应答异常', advice: 'RTSP 客户端无法理解摄像机的应答，系统将改用 ffmpeg。' },
  CAMERA_NOT_PUSHING: {
    title: '设备未推流',
    advice: '设备没有向系统推送视频。请开启设备，并在“摄像机”页核对它的推流地址和密钥。',
  },
  RTMP_OFF: {
    title: '未启用 RTMP',
    advice: '系统未开启 RTMP 接收。请设置 HALLWATCH_RTMP_PORT（一般为 1935）后重新启动。',
  },
  RTMP_DOWN: { title: 'RTMP 正在重启', advice: 'RTMP 接收服务已退出，正在重新启动；推流设备重连后恢复。' },
  CAMERA_UNSUPPORTED: { title: '摄像机不支持', advice: '摄像机没有该功能，或未在 ONVIF 中开通。' },
  CAMERA_COMMAND_REFUSED: { title: '摄像机拒绝了命令', advice: '摄像机收到命令但拒绝执行，详情中有摄像机的原话。' },
  CAMERA_BUSY: { title: '命令过于频繁', advice: '命令发送快于摄像机的应答，请稍候再试。' },
  CAMERA_FRAMES_MISSING: {
    title: '帧率过低',
    advice: '收到的画面远少于码流配置的帧率，请检查网络和摄像机负荷。',
  },
  CAMERA_LOSSY: {
    title: '网络丢包',
    advice: '摄像机的数据包在途中丢失，请检查网线、交换机端口和无线链路。',
  },
  CAMERA_KEY_FRAMES_RARE: {
    title: '关键帧间隔过长',
    advice: '关键帧相隔太久，画面出现较慢，请在摄像机中将 I 帧间隔设为 2 秒。',
  },
  CAMERA_CLOCK_OFF: {
    title: '摄像机时钟不准',
    advice: '摄像机时钟偏差超过 2 秒，请设置其对时服务器。',
  },
  CAMERA_FELL_BACK: {
    title: '已改用 ffmpeg',
    advice: '本机 RTSP 客户端无法读取该摄像机，改由 ffmpeg 读取，开销更大；请将码流设为 H.264 或 H.265。',
  },
  CAMERA_FLAPPING: {
    title: '频繁断线',
    advice: '视频流一再中断，请检查摄像机的供电和网络。',
  },
  CAMERA_MAIN_LOST: {
    title: '主码流中断',
    advice: '子码流正常，主码流无法播放，请检查摄像机中的主码流配置。',
  },
  CAMERA_EVENTS_UNHEARD: {
    title: '收不到摄像机事件',
    advice: '画面正常，但收不到移动侦测、遮挡和开关量事件。请检查摄像机的 ONVIF 事件功能，以及订阅数是否已满。',
  },
  CAMERA_PICTURE_FAULT: {
    title: '画面异常',
    advice: '能收到画面，但图像诊断认为无法使用，请查看摄像机的镜头和朝向。',
  },
  CAMERA_DISABLED: { title: '摄像机已停用', advice: '该摄像机在系统中被停用，请先启用。' },
  DISCOVERY_FAILED: { title: '搜索失败', advice: '无法使用该网络接口进行搜索，请选择本机的一个地址。' },

  VOLUME_PATH_INVALID: { title: '文件夹不能用作存储卷', advice: '该文件夹不能存放录像，原因见详情；请另选一个。' },
  VOLUME_FOREIGN: {
    title: '不是本系统的存储卷',
    advice: '该文件夹存放的是其他存储卷或其他系统的录像。请另选文件夹，或挂载正确的磁盘。',
  },
  VOLUME_IN_USE: {
    title: '存储卷正被使用',
    advice: '另一个大厅瞭望正在写入该存储卷。请停止它，或为本系统另设文件夹；详情中写明是谁。',
  },
  VOLUME_AWAY: {
    title: '存储卷不在线',
    advice: '磁盘未挂载或文件夹已不存在。请重新挂载；如有其他存储卷，录像将写入其他卷。',
  },
  VOLUME_READ_ONLY: { title: '存储卷只读', advice: '无法写入该存储卷。请检查磁盘是否故障，并重新以可写方式挂载。' },
  VOLUME_SLOW: { title: '存储卷过慢', advice: '写入该存储卷需要数秒。请检查磁盘故障、网络拥堵或其他正在写入的程序。' },
  VOLUME_FAILED: { title: '存储卷故障', advice: '读写该存储卷失败，详情为操作系统的说明。' },
  VOLUME_FULL: { title: '存储卷已满', advice: '该存储卷没有录像空间。请清理磁盘上的其他文件、提高配额或增加存储卷。' },
  VOLUME_PROTECTED_FULL: {
    title: '受保护录像占满存储卷',
    advice: '该存储卷只剩受保护的录像，不会删除，也不再写入。请增加存储卷、提高配额、解除保全或缩短最短保存期。',
  },
  STORE_AWAY: {
    title: '对象存储不在线',
    advice: '对象存储没有应答。请检查网络和存储服务；其间录像留在本地磁盘，已移入其中的录像暂时无法回放。',
  },
  STORE_REFUSED: {
    title: '对象存储拒绝访问',
    advice: '对象存储拒绝了请求：密钥、权限、区域或存储桶不正确，详情为存储服务的答复。',
  },
  STORAGE_MINIMUM_AT_RISK: {
    title: '存储不足以满足最短保存期',
    advice: '按目前的写入速度，磁盘存不够规定的最短天数。请在详情所示日期之前增加存储卷或减少录像。',
  },
  STORAGE_NO_VOLUME: { title: '没有存储卷', advice: '已设置录像，但没有可写入的存储卷。请在“存储”中添加。' },

  FOOTAGE_NOT_RECORDED: { title: '此时没有录像', advice: '该摄像机此时没有录像，原因见时间轴。' },
  FOOTAGE_SPAN_TOO_LONG: { title: '时间段过长', advice: '请求的时间段超过上限，请缩短，上限见详情。' },
  FOOTAGE_AWAY: {
    title: '录像文件不在',
    advice: '录像文件不在应有的位置：存储卷未挂载，或文件被人移走。请在“存储”中检查该卷。',
  },
  FOOTAGE_UNREADABLE: { title: '录像文件无法读取', advice: '该录像文件无法按原录内容读取，可用校验值核对是否被改动。' },
  FOOTAGE_BUSY: { title: '录像取图繁忙', advice: '请求的录像截图超过本机处理能力，请稍候。' },
  FOOTAGE_TOKEN_INVALID: {
    title: '录像凭证失效',
    advice: '录像凭证错误、已过期，或不属于该摄像机与时间段，请重新获取。',
  },
  EXPORT_QUEUE_FULL: { title: '导出任务已满', advice: '等待中的导出任务已达上限，请取消一个或等待完成。' },
  EXPORT_NOT_DONE: { title: '导出尚未完成', advice: '导出尚未完成，文件还不完整。' },
  EXPORT_EXPIRED: { title: '导出文件已过期', advice: '导出文件已到期清除，请重新导出该时间段。' },
  EXPORT_DISK_FULL: { title: '导出磁盘空间不足', advice: '数据目录所在磁盘没有足够空间，请清理或删除已完成的导出。' },
  EXPORT_INTERRUPTED: { title: '导出被中断', advice: '导出过程中服务器多次停止，请重新发起导出。' },
  EXPORT_FAILED: { title: '导出失败', advice: '导出失败，原因见详情和日志。' },

  LIVE_TOKEN_INVALID: { title: '观看凭证失效', advice: '实时观看凭证错误或已过期，系统会重新申请。' },
  LIVE_VIEWERS_FULL: { title: '观看人数已满', advice: '该摄像机的观看数已达上限，请在别处关闭一个画面。' },
  LIVE_VIEWER_SLOW: { title: '网络过慢', advice: '当前网络承受不了这路视频，请改看子码流。' },
  TRANSCODE_BUSY: {
    title: '转码已达上限',
    advice: '服务器同时转码的 H.265 视频已达上限。请关闭部分画面、改用支持 H.265 的浏览器，或把摄像机设为 H.264。',
  },

  TOPIC_INVALID: { title: '主题格式错误', advice: '主题不符合 gsh/v1/REGION/HALL/KIND/DEVICE/CHANNEL。' },
  PAYLOAD_TOO_LARGE: { title: '报文过大', advice: '报文超过上限，终端最多发送 64 KiB。' },
  PAYLOAD_NOT_JSON: { title: '报文不是 JSON', advice: '报文不是 JSON，请检查终端程序。' },
  PAYLOAD_INVALID: { title: '报文内容有误', advice: '报文不符合该通道的格式，详情中指明了字段。' },
  ADAPTER_REFUSED: {
    title: '适配规则无法读取该报文',
    advice: '请在“适配”页的测试台中放入该报文，查看出错的那一行。',
  },
  TERMINAL_UNKNOWN: { title: '未登记的终端', advice: '该主题下没有登记终端，请在“终端”中添加，或改正其主题。' },
  TERMINAL_MISPLACED: { title: '终端归属错误', advice: '终端提到的窗口或队列在其大厅中不存在，请检查终端设置。' },
  TERMINAL_FORBIDDEN: {
    title: '越权写入',
    advice: '某设备写入了其他终端的主题，或以已有密钥的终端名义发送而未出示密钥，请检查两台设备。',
  },
  TERMINAL_KEY_WRONG: {
    title: '设备密钥错误',
    advice: '有设备以该终端的名义连接，但密钥错误或未带密钥。请在设备上填写密钥，或重新发放。',
  },
  TERMINAL_RETIRED: { title: '终端已停用', advice: '该终端已停用但仍在发送。请关闭设备，或在“终端”页面恢复使用。' },
  TERMINAL_CLOCK_SKEW: { title: '终端时钟偏差', advice: '终端时钟偏差超过 5 秒，请设置其时间服务器。' },
  TERMINAL_TWO_SPEAKERS: {
    title: '终端编号重复',
    advice: '有两台设备轮流使用此终端的编号，或其连接反复中断。请为每台设备设置各自的编号。',
  },
  TERMINAL_OFFLINE: { title: '终端离线', advice: '终端已离线，请检查其电源和网络。' },
  INGEST_OVERLOADED: {
    title: '消息积压',
    advice: '终端发送速度超过数据库写入速度，消息在 MQTT 服务中等待，请检查数据库。',
  },
  INGEST_AWAY: {
    title: '接入进程离线',
    advice: '某个接入进程已离线或没有接入进程运行，请以原名称重新启动：分给它的消息在此之前保留在 MQTT 服务中。',
  },
  FORECAST_UNKNOWN: { title: '数据不足，无法预测', advice: '对本大厅的了解还太少，详见所缺数据，请稍后再试。' },
  FORECAST_BUSY: { title: '推演请求过多', advice: '正在排队的推演请求过多，请稍后再试。' },
  AUDIT_UNAVAILABLE: {
    title: '审计无法写入',
    advice:
      '审计日志暂时无法写入，须留痕的操作（修改、导出、下载、摄像机控制）均被拒绝。请检查数据库，系统会自动重试。',
  },
  AUDIT_BROKEN: {
    title: '审计链不完整',
    advice: '数据库中的审计日志与系统写入的不一致。请运行 npm run audit-verify 查明位置，并追查谁能访问数据库。',
  },
  AUDIT_UNSEALED: { title: '审计未封存', advice: '有一天的审计日志未能封存，请检查封存密钥目录，系统会自动重试。' },

  SERVER_UNREACHABLE: { title: '服务器无应答', advice: '请检查网络，或确认 Hallwatch 服务器正在运行。' },
  ANSWER_UNREADABLE: { title: '应答无法识别', advice: '应答不是由本版本的服务器发出，请刷新页面后重试。' },
};
