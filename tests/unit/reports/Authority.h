#pragma once
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>

#include "reports/Document.h"
#include "reports/Fetch.h"
#include "reports/SignatureField.h"
#include "reports/Signer.h"
#include "reports/TimeStamp.h"
#include "reports/Validator.h"
#include "reports/Verifier.h"
#include "tests/unit/reports/Judge.h"

/// Authorities out of the openssl program (tests/support/authority), and files signed under them.
namespace touchstone::reports::authority {

inline std::chrono::system_clock::time_point now() {
    return std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// With a signer's key of one kind: p256, rsa or sm2.
class Authority {
public:
    explicit Authority(const std::string& kind) { call("make " + kind + " http://authority.test"); }

    std::string call(const std::string& words) const {
        const judge::Answer answer = folder_.run("'" TOUCHSTONE_SOURCE "/tests/support/authority' " + words);
        if (answer.status != 0) throw std::runtime_error("authority " + words + ": " + answer.text);
        return answer.text;
    }

    [[nodiscard]] Signer signer() const {
        Signer made(file("signer.key"), file("signer.pem"));
        made.reserve(TimeStamper::room);
        return made;
    }
    [[nodiscard]] const judge::Folder& folder() const { return folder_; }
    [[nodiscard]] std::string file(const std::string& name) const { return folder_.read(name); }
    [[nodiscard]] std::string root() const { return file("root.pem"); }
    [[nodiscard]] std::string stampRoot() const { return file("tsa-root.pem"); }

    /// As an HTTP client would answer; counts the questions.
    [[nodiscard]] Fetch fetch() const {
        return [this](const FetchRequest& request) {
            ++questions;
            const std::string what = request.url.substr(std::string("http://authority.test/").size());
            folder_.write("question", request.body);
            call((what.starts_with("list/") ? "list " + what.substr(5) : what) + " <question >answer 2>log");
            return folder_.read("answer");
        };
    }
    [[nodiscard]] TimeStamper stamper() const { return {"http://authority.test/stamp", stampRoot(), fetch(), now}; }
    [[nodiscard]] Validator validator() const { return {root(), stampRoot(), fetch(), now}; }
    [[nodiscard]] Verification verify(const std::string& pdf) const {
        return reports::verify(pdf, root(), stampRoot());
    }

    mutable std::atomic<int> questions = 0;

private:
    judge::Folder folder_;
};

inline const Authority& p256() {
    static const Authority made("p256");
    return made;
}

/// An empty page, so that every byte of the file can be tried.
inline std::string smallFile(const Signer& signer, std::chrono::system_clock::time_point at = now()) {
    Document document;
    HPDF_Page page = document.addPage(100, 100).handle;
    const SignatureField field(document, page, {10, 10, 90, 90}, signer, at);
    std::string pdf = document.save();
    field.sign(pdf);
    return pdf;
}

}  // namespace touchstone::reports::authority
