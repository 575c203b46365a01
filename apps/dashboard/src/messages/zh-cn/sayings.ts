import type { Sayings } from '../say'

const PLACE =
  '{place_native, select, none {} true {当时它在原生代码中。} other {当时它在 {place_function}（{place_file}:{place_line}）。}}'

/** The sentences of the server in Chinese, by code. `{error_message}` is the message of the plugin, in any language. */
export const sayings: Sayings = {
  error: {
    // Of a plugin
    PLUGIN_NOT_FOUND: '没有插件 {id}。',
    EVENTS_LOST:
      '丢失了事件：{dropped, plural, =0 {} other {因队列已满丢弃 {dropped, number} 个；}}{discarded, plural, =0 {} other {停止时清空 {discarded, number} 个；}}{inDoubt, plural, =0 {} other {结果不明 {inDoubt, number} 个；}}{missed, plural, =0 {} other {未运行时错过 {missed, number} 个；}}详见历史。',
    PLUGIN_EXISTS: '{id} 已经加载：重启它以运行当前代码，或先将其卸载。',
    PATH_NOT_FOUND: '路径 {path} 不存在、无法读取，或者那里没有插件。',
    METADATA_INVALID: '{file} 中的元数据无效：{violations}。',
    PERMISSION_DENIED: '它请求的权限尚未授予：{missing}。授予后即可启动。',
    ISOLATION_DENIED: '{id} 不在此宿主允许进程内运行的插件之列。',
    DEPENDENCY_UNMET: '它所依赖的插件未满足：{unmet}。',
    DEPENDENCY_CYCLE: '依赖形成了循环：{cycle}。',
    HAS_DEPENDENTS: '以下插件仍需要它：{dependents}。',
    ILLEGAL_TRANSITION: '{id} 当前状态为 {state}，无法执行此操作。',
    START_FAILED: '{id} 启动失败：{cause}',
    HOOK_FAILED: '{id} 的 {hook} 失败：{error_message}',
    HOOK_TIMEOUT: '{id} 的 {hook} 未在 {timeoutMs} 内完成。',
    ABORTED: '{id} 的操作被后来的操作中止。',
    ERROR_LIMIT: '发生 {errors} 次错误后已停止；最后一次：{error_message}',
    PLUGIN_CRASHED: `{cause_kind, select,
      uncaught {它抛出的错误无人捕获：{error_message}}
      exit {{cause_of, select, thread {它自行退出，退出码 {cause_exitCode}。} other {它的独立进程退出，退出码 {cause_exitCode}。}}}
      signal {它的独立进程被 {cause_signal} 终止。}
      protocol {它违反了协议：{cause_reason}。}
      unread {发给它的 {cause_bytes} 数据一直未读取。}
      other {它已崩溃。}}${PLACE}`,
    PLUGIN_HUNG: `它连续 5 秒没有响应{cause_stopped, select, true {：其独立进程被信号暂停} other {}}。${PLACE}`,
    OUT_OF_MEMORY: `{cause_kind_case, select,
      heap_limit {它的堆内存已达上限。}
      heap_aborted {它的堆无法再增长，进程已被中止。}
      out_of_memory {它使用了 {cause_usedBytes} 内存，上限为 {cause_budgetBytes}。}
      other {它耗尽了内存。}}${PLACE}`,
    MANAGER_CLOSED: '服务器正在停止。',
    // Versions
    UPDATE_REFUSED: '{id} 没有更新到 {to}：有需要先确认的差异。',
    UPDATE_FAILED: '{id} 没有更新到 {to}，{from} 继续运行：{cause}',
    UPDATE_TAKEN_BACK: '{to} 已退回到 {from}：{reason}',
    VERSION_NOT_FOUND: '{id} 的这个版本没有安装。',
    VERSION_EXISTS: '{id} {version} 已经安装，但文件不同：请给新版本另一个版本号。',
    VERSION_IN_USE: '{id} {version} 正在使用或已固定，无法删除。',
    VERSION_UNUSABLE: '{id} {version} 没有安装，或者文件与安装时不同。',
    VERSION_TAMPERED: '{id} {version} 的文件与安装时不同。',
    PACKAGE_INVALID: '这个软件包不符合要求，没有安装。',
    PACKAGE_UNEXPECTED: '这个软件包不是所期望的：应为 {expected}，实际为 {found}。',
    SOURCE_NOT_FOUND: '{source} 不存在，或者不是文件或文件夹。',
    SIGNATURE_INVALID: '这个软件包的签名与其文件不符。',
    UNSIGNED: '{id} {version} 没有受信任的签名。',
    NPM_FAILED: '无法获取 {spec}：{reason}',
    NO_SPACE: '磁盘已满，没有安装任何内容。',
    OPTION_INVALID: '选项 {option} 无效。',
    NODE_UNSUPPORTED: '需要 Node {needed} 或更新版本，当前为 {found}。',
    NOT_BUILT: '{file} 不存在：请先构建。',
    // Config
    CONFIG_INVALID: '配置未通过校验：{violations}',
    CONFIG_CONFLICT: '其间已有人保存了修订 {revision}。',
    GRANTS_CONFLICT: '其间已有人更改了权限，请查看后重试。',
    CONFIG_REJECTED: '插件拒绝了此配置：{error_message}',
    // Events and messages
    EVENT_INVALID: '事件无效：{violations}',
    EVENT_STORM: '该事件已经过 {hops} 个处理器，不再继续传递。',
    MESSAGE_INVALID: '消息无效：它必须有类型，并且是 JSON。',
    BUSY: '{id} 还有太多请求没有处理完：请稍候再试。',
    MESSAGE_FAILED: '处理消息时失败：{error_message}',
    SHARED_DATA_INVALID: '共享数据“{key}”无效。',
    DEAD_LETTER_NOT_FOUND: '没有编号为 {id} 的死信。',
    TOO_LARGE: '大小为 {bytes}，超过上限 {limit} 字节。',
    // Recordings
    PROFILE_NOT_FOUND: '{id} 没有名为 {name} 的记录。',
    RECORDING_BUSY: '它正在被记录，或者另一个堆快照正在进行。',
    RECORDING_FAILED: '{id} 的记录失败。',
    // Who asks
    UNAUTHENTICATED: '请先登录，或提供有效的令牌；会话可能已结束。',
    BAD_CREDENTIALS: '电子邮箱或密码错误，或者账户已停用。',
    FORBIDDEN: '您的角色不允许此操作。',
    ORIGIN_REFUSED: '请求的来源不被接受。',
    HOST_REFUSED: '请求的主机名不被接受。',
    ACCOUNT_EXISTS: '已经有使用此电子邮箱的账户。',
    TOKEN_EXISTS: '已经有同名的令牌。',
    LAST_ADMIN: '这是最后一个管理员账户。',
    SET_UP_DONE: '已经有所有者：请登录。',
    RATE_LIMITED: '请求过于频繁，请稍候再试。',
    // Requests
    NOT_FOUND: '找不到所请求的内容。',
    UNKNOWN_OPERATION: '服务器没有这个操作。',
    PROTOCOL_MISMATCH: '页面与服务器的版本不一致：请刷新页面。',
    IDEMPOTENCY_PENDING: '使用同一 Idempotency-Key 的请求仍在进行。',
    IDEMPOTENCY_MISMATCH: '此 Idempotency-Key 已用于另一个请求。',
    METHOD_NOT_ALLOWED: '此地址只接受 {allowed}。',
    UNSUPPORTED_MEDIA_TYPE: '请求体的类型不受支持。',
    MALFORMED: '请求格式有误。',
    INPUT_INVALID: '输入无效：{violations}',
    STORE_UNAVAILABLE: `{trouble_case, select,
      full {数据目录所在磁盘已满：请腾出空间。未写入的内容均未确认。}
      read_only {无法写入数据目录：请为当前用户开放写权限。}
      locked {数据库被其他程序锁定：请结束该程序或其事务。}
      damaged {数据库 plugboard.db 已损坏或被截断：请用 plugboard restore 恢复备份。}
      foreign {plugboard.db 不是 Plugboard 的数据库：请移走它，或指定其他数据目录。}
      newer {数据库由更新版本的 Plugboard 写入：请使用该版本，或恢复备份。}
      half_restored {对此数据目录的恢复中途被打断：请再次运行 plugboard restore。}
      io {数据目录所在磁盘响应异常：请查看系统日志。}
      thread_ended {服务器中读写数据库的线程已结束（例如内存不足）：下一个请求会重新启动它，详见服务器日志。}
      other {存储暂时不可用。}}`,
    INTERNAL: '服务器出错，原因见其日志。',
    DISCONNECTED: '没有与服务器的连接，请求未发出。',
    NO_ANSWER: '服务器没有应答，无法得知操作是否已执行。',
  },
  reason: {
    error: '{error}',
    'failed-lately': '它失败过 {failures} 次，已重新启动。{error}',
    'crash-loop':
      '它已失败 {failures} 次，其间只短暂运行过，{restart, select, done {已重新启动。{error}} due {稍后将再次启动。} other {不会自动重新启动。}}',
    stalled: '它已有 3 秒或更久没有任何响应。',
    degraded: '{said}',
    'error-rate': '自启动以来，{errorRate} 的事件处理失败。',
    'near-error-limit': '已发生 {errors} 次错误，允许 {limit} 次：再超出就会被停止。',
    'mailbox-full':
      '它的待处理队列中有 {depth, number} 个事件（容量 {capacity, number}），{bytes}（上限 {capacityBytes}）：它处理不过来。',
    'dropping-events':
      '每秒到达 {arrivesPerSecond, number} 个事件，处理 {handlesPerSecond, number} 个，因队列已满丢弃 {dropsPerSecond, number} 个。',
    'lost-events':
      '最近一分钟内丢失了事件：{discarded, plural, =0 {} other {停止时清空 {discarded, number} 个；}}{inDoubt, plural, =0 {} other {结果不明 {inDoubt, number} 个；}}{missed, plural, =0 {} other {未运行时错过 {missed, number} 个；}}详见历史。',
    'dead-letters-evicted': '最近一分钟内，{evicted, number} 条死信为腾出空间被删除。',
    'secrets-lost': '密钥已更换，配置中的以下机密已丢失，请重新设置：{lost}。',
    'publishes-refused': '最近一分钟内，它发布的 {refused, number} 个事件被拒绝。',
    'near-memory-limit': '它使用了 {usedBytes} 内存，上限为 {budgetBytes}。',
    'dependency-changed': '它需要 {id} {range}，但现在运行的是 {found}：它自己的下次启动会被拒绝。',
    'dependency-down':
      '它需要 {id}，而该插件{state, select, unloaded {未加载} loaded {已停用} error {处于错误状态} other {尚未运行}}。',
  },
  step: {
    asked: '您的请求。{dependents_count, plural, =0 {} other {在此期间 {dependents} 将在没有它的情况下继续运行。}}',
    loaded: '加载后会随即启动，除非另有要求。',
    needed: '{dependent} 需要它，而它已停用。',
    dependent: '它{isDirect, select, true {直接} other {间接}}需要 {dependency}。',
  },
  happening: {
    state:
      '状态变为{state, select, active {运行中} error {错误} loaded {已加载} loading {加载中} initializing {启动中} unloading {停止中} other {已卸载}}。',
    failed: '{error}',
    losing: '开始丢失事件。',
    'secrets-lost': '密钥已更换，以下机密已丢失，请重新设置：{lost}。',
    silent: '它已有 3 秒没有任何响应。',
    responsive: '它恢复了响应。',
    config: '{actor} 设置了配置修订 {revision}，{applied, select, true {已立即生效} other {下次启动时生效}}。',
    version: '版本由 {before} 变为 {now}。',
    'update-watching': '{to} 已接替 {from}。',
    'update-resumed': '服务器结束后，重新观察 {to}。',
    'versions-removed': '为较新的版本删除了：{removed}。',
    'update-settled': '保留了 {to}。',
    'update-rolled-back': '已回到 {from}。',
    'update-failed': '{to} 未能接替 {from}。',
    operated: '{actor} 执行了 {operation}。',
    'log-level-fell-back': '日志级别已恢复为 {level}。',
    'not-restored': '{id} 未能恢复：{error}',
    'server-started': '服务器已启动。',
    'server-stopped': '服务器已停止。',
    'server-vanished': '服务器上次未正常停止。',
  },
  gate: {
    permissions: '它请求尚未授予的权限：{missing}。',
    config: '当前配置不符合新的模式：{error}',
    dependents: '以下插件需要另一个版本：{dependents}。',
    major: '{to} 与 {from} 的主版本号不同。',
    engine: '它是为 Plugboard {range} 制作的，当前为 {found}。',
    pinned: '插件已固定在 {version}。',
    banned: '{version_to} 已被禁用：{reason}',
    unsigned: '没有受信任的密钥为 {version_to} 签名。',
  },
  updateStep: {
    'former-version': '原来的 {version}',
    'new-version': '新的 {version}',
    'swap-prepare': '{to} 在 {from} 旁边导入并初始化，{from} 继续运行。',
    'swap-hand-over': '在两个事件之间，{to} 接替 {from}，并获得它导出的状态。其间事件会等待。',
    'swap-watch':
      '观察 {to}{time, select, none {至少一分钟，直到数据足够} other {（{time}）}}；{from} 待命，若 {to} 失败则恢复。',
    'exclusive-stop': '{from} 导出状态后停止，因为二者不能同时运行。其间事件会等待。',
    'exclusive-start': '{to} 带着该状态启动。若未能启动，{from} 继续运行。',
    'exclusive-watch':
      '观察 {to}{time, select, none {至少一分钟，直到数据足够} other {（{time}）}}；{from} 待命，若 {to} 失败则恢复。',
    'restart-stop': '{from} 停止。其间事件会等待。',
    'restart-start': '启动 {to}。若未能启动，则重新启动 {from}。',
    'restart-watch':
      '观察 {to}{time, select, none {至少一分钟，直到数据足够} other {（{time}）}}；若失败，则重新启动 {from}。',
    'swap-go-back': '在两个事件之间，{to} 继续运行；若状态的形式相同，则获得 {from} 导出的状态。其间事件会等待。',
    'exclusive-go-back': '{from} 停止后，{to} 继续运行；若状态的形式相同，则获得其状态。',
    'restart-go-back': '{from} 停止后，重新启动 {to}。其间事件会等待。',
    'restart-replace': '此后以 {to} 为准；{from} 当前未运行。',
  },
  loses: {
    'swap-hand-over': '状态（若 {to} 不接受）。',
    'exclusive-start': '状态（若 {to} 不接受）。',
    'restart-stop': '{from} 的状态。',
    'swap-go-back': '{from} 对状态的更改（若形式不同）。',
    'exclusive-go-back': '{from} 对状态的更改（若形式不同）。',
    'restart-go-back': '{from} 的状态。',
  },
  verdict: {
    error: '{error}',
    'host-ended': '观察期间服务器多次意外结束。',
    'error-rate': '{after_handled} 个事件中有 {after_errorRate} 失败；之前为 {before_errorRate}。',
    latency: '95% 的事件在 {after_p95Ms} 内处理完；之前为 {before_p95Ms}。',
    memory: '它占用 {after_memoryBytes} 内存并持续增长；之前为 {before_memoryBytes}。',
    dropped: '队列丢弃了 {after_droppedRate} 的事件；之前为 {before_droppedRate}。',
    events: '处理了 {after_handled} 个事件，没有比之前更差。',
    time: '只处理了 {after_handled} 个事件，不足以比较；没有发现问题。',
    manual: '{result, select, good {由人工保留。} bad {由人工撤回。} other {观察已提前结束。}}',
    failed: '新版本没有接替。',
  },
  violation: {
    required: '为必填项',
    type: '类型应为 {type}',
    enum: '只能是以下值之一：{allowedValues}',
    const: '必须是固定值',
    minimum: '不能小于 {limit}',
    maximum: '不能大于 {limit}',
    exclusiveMinimum: '必须大于 {limit}',
    exclusiveMaximum: '必须小于 {limit}',
    multipleOf: '必须是 {multipleOf} 的倍数',
    minLength: '至少需要 {limit} 个字符',
    maxLength: '最多 {limit} 个字符',
    pattern: '格式不符合 {pattern}',
    format: '不是有效的 {format}',
    minItems: '至少需要 {limit} 项',
    maxItems: '最多 {limit} 项',
    uniqueItems: '各项不能重复',
    minProperties: '至少需要 {limit} 个属性',
    maxProperties: '最多 {limit} 个属性',
    additionalProperties: '不是已知的属性',
    unevaluatedProperties: '不是已知的属性',
    dependentRequired: '在设置 {property} 时为必填项',
    oneOf: '必须恰好符合一种形式',
    anyOf: '必须至少符合一种形式',
    not: '不符合要求',
    deadline: '未能在 1 秒内完成校验',
  },
}
