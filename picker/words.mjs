// What the page itself says, in each language; what mailgen says comes from mailgen.
export const WORDS = {
  en: {
    title: "Configuration for your mail program",
    about: "Type your address and choose a program: you get its configuration, and why each line is there. Nothing you type leaves this page.",
    address: "Mail address", name: "Your name (optional)", client: "Mail program", protocol: "Read mail over",
    any: "what suits best", waiting: "The engine is starting …", ready: "Ready. No connection is needed any more.",
    failed: "The engine did not start", copy: "Copy", copied: "Copied", download: "Download",
    findings: "To know", steps: "To do", files: "File", link: "Link to this choice",
    withAddress: "with the address", password: "There is no field for a password: mail programs ask for it, or get it from where you keep it.",
    store: "Password from", asks: "the program asks", user: "Mail programs", system: "The whole system", domain: "For a domain's owner", provision: "Set-up of a device",
    folder: "This folder has to be there", picture: "Code to scan with the app", licences: "Licences of what this page runs", choose: "Choose a line to read why it is there.",
    data: "Provider data of", compared: "newest comparison", nothing: "Type an address to see a file.",
    severity: { warning: "Warning", note: "Note" }, noWhy: "No more is known of this line.", other: "中文",
  },
  zh: {
    title: "为您的邮件程序生成配置",
    about: "输入邮箱地址并选择程序，即可得到配置以及每一行的原因。您输入的内容不会离开本页。",
    address: "邮箱地址", name: "您的姓名（可选）", client: "邮件程序", protocol: "收信方式",
    any: "最合适的方式", waiting: "引擎正在启动……", ready: "已就绪，之后无需联网。",
    failed: "引擎未能启动", copy: "复制", copied: "已复制", download: "下载",
    findings: "须知", steps: "待办", files: "文件", link: "指向此选择的链接",
    withAddress: "包含地址", password: "这里没有密码栏：邮件程序会询问密码，或从您保存密码之处读取。",
    store: "密码来源", asks: "由程序询问", user: "邮件程序", system: "整个系统", domain: "供域名所有者使用", provision: "设置设备",
    folder: "需要有此文件夹", picture: "用应用扫描的二维码", licences: "本页所用软件的许可证", choose: "选择一行即可查看其存在的原因。",
    data: "服务商数据", compared: "最近一次核对", nothing: "输入地址即可看到文件。",
    severity: { warning: "警告", note: "提示" }, noWhy: "关于这一行没有更多说明。", other: "English",
  },
};
