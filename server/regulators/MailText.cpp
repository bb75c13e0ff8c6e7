#include "server/regulators/MailText.h"

#include <map>

namespace touchstone::regulators::mailText {
namespace {

struct Words {
    std::string_view confirmSubject, confirmBody, digestSubject, digestBody, noticeSubject, noticeBody, more, confirmFoot,
        endFoot;
    std::map<std::string_view, std::string_view> codes;
};

const Words& words(Language language) {
    static const Words zh{"请确认检验报告订阅",
                          "有人用本邮箱在检验报告门户订阅了辖区内的检验报告。如系本人操作，请在两日内打开以下链接确认；否则不必理会本邮件，不会再向您发送。\n",
                          "辖区检验报告：{n} 项更新",
                          "您订阅的检验报告有以下更新：\n",
                          "您下载过的检验报告有变更：{n} 份",
                          "您下载过的以下检验报告已被替代或撤回，请勿继续使用：\n",
                          "还有更多更新，将随下一封邮件发送。\n",
                          "确认订阅：",
                          "退订（无需登录）：",
                          {{"issued", "已签发"},
                           {"superseded", "已被替代"},
                           {"withdrawn", "已撤回"},
                           {"conforms", "符合规定"},
                           {"fails", "不符合规定"}}};
    static const Words en{"Please confirm your subscription to certificates",
                          "Somebody subscribed this address to certificates of the region at the portal. If it was you, "
                          "open the link below within two days. If not, ignore this mail; no more will come.\n",
                          "Certificates of the region: {n} changes",
                          "What you subscribed to has changed:\n",
                          "Certificates that you downloaded have changed: {n}",
                          "These certificates, which you downloaded, were superseded or withdrawn. Do not use them any "
                          "more:\n",
                          "There is more, which comes with the next mail.\n",
                          "Confirm: ",
                          "Unsubscribe (no account needed): ",
                          {{"issued", "issued"},
                           {"superseded", "superseded"},
                           {"withdrawn", "withdrawn"},
                           {"conforms", "conforms"},
                           {"fails", "does not conform"}}};
    return language == Language::en ? en : zh;
}

std::string counted(std::string_view text, std::size_t count) {
    std::string out(text);
    const std::size_t at = out.find("{n}");
    return out.replace(at, 3, std::to_string(count));
}

std::string_view word(const Words& all, const std::string& code) {
    const auto found = all.codes.find(code);
    return found == all.codes.end() ? std::string_view(code) : found->second;
}

std::string listed(const Words& all, const Links& links, const std::vector<Line>& lines) {
    std::string out;
    for (const Line& line : lines) {
        out += "\n" + line.number + "  " + line.product + "  ";
        out += word(all, line.verdict);
        out += "  ";
        out += word(all, line.status);
        out += "\n" + links.certificate(line.number) + "\n";
    }
    return out;
}

}  // namespace

Text confirmation(Language language) {
    const Words& all = words(language);
    return {std::string(all.confirmSubject), std::string(all.confirmBody)};
}

Text digest(Language language, const Links& links, const std::vector<Line>& lines, bool more) {
    const Words& all = words(language);
    std::string body = std::string(all.digestBody) + listed(all, links, lines);
    if (more) body += "\n" + std::string(all.more);
    return {counted(all.digestSubject, lines.size()), std::move(body)};
}

Text notices(Language language, const Links& links, const std::vector<Line>& lines) {
    const Words& all = words(language);
    return {counted(all.noticeSubject, lines.size()), std::string(all.noticeBody) + listed(all, links, lines)};
}

std::string foot(Language language, LinkAct act, const std::string& page) {
    const Words& all = words(language);
    return "\n" + std::string(act == LinkAct::confirm ? all.confirmFoot : all.endFoot) + "\n" + page + "\n";
}

}  // namespace touchstone::regulators::mailText
