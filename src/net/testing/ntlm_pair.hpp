// A client that logs in by NTLM, and what winrmd-auth would do with its tokens: both with the real library.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "lib/gss/testing/initiator.hpp"
#include "lib/users/nt_hash.hpp"
#include "lib/users/ntlm_file.hpp"
#include "net/testing/dialogue_world.hpp"

namespace winrmd::net::testing {

class NtlmPair {
 public:
  explicit NtlmPair(OM_uint32 flags = gss::testing::Client{}.flags) : folder_(prepare()) {
    accept_.emplace(gss::KeyFiles{.keytab = {}, .ntlm_file = folder_ + "/ntlm"});
    client_.emplace(gss::testing::Client{.user = "alice", .password = "secret", .flags = flags});
  }
  NtlmPair(const NtlmPair&) = delete;
  NtlmPair& operator=(const NtlmPair&) = delete;
  ~NtlmPair() { std::filesystem::remove_all(folder_); }

  gss::testing::Initiator& client() { return *client_; }

  // Answers as winrmd-auth does.
  ipc::LoginResult answer(DialogueWorld& world, const ipc::Login& login) {
    const auto step = accept_->step(login.token, {});
    if (step.progress == gss::Progress::more) return world.result(ipc::LoginStatus::more, step.reply);
    if (step.progress == gss::Progress::failed) return world.result(ipc::LoginStatus::refused);
    auto result = world.accepted("alice", step.reply);
    if (accept_->peer()->can_seal) {
      result.sealing = ipc::Sealing::ntlm;
      result.context = accept_->export_context().value();
    }
    return result;
  }

  // The client seals, in the form of most clients.
  Says sealed(std::string_view plain, const seal::Form& form = {},
              std::string_view type = "application/soap+xml;charset=UTF-8") {
    auto made = client_->seal(plain);
    const seal::Piece piece{.length = made.length,
                            .split = static_cast<std::uint32_t>(made.header.size()),
                            .header = std::move(made.header),
                            .data = std::move(made.data)};
    auto composed = seal::compose(form, type, std::span(&piece, 1));
    return {.body = std::move(composed.body), .type = std::move(composed.content_type)};
  }
  // What the service has sealed; nothing when it is not sealed, or not right.
  std::optional<std::string> opened(const http::Response& response) {
    const auto* type = header(response, "Content-Type");
    const auto media_type = type != nullptr ? seal::parse_media_type(*type) : fail("no type");
    const auto message = media_type ? seal::parse(*media_type, response.body) : fail("no message");
    if (!message || message->parts.size() != 1) return std::nullopt;
    const auto& part = message->parts[0];
    return client_->unseal(part.bytes.substr(0, part.split), part.bytes.substr(part.split));
  }
  // The token of a response's only challenge.
  static std::string token_of(const http::Response& response) {
    const auto* value = header(response, "WWW-Authenticate");
    constexpr std::string_view name = "Negotiate ";
    if (value == nullptr || !value->starts_with(name)) return {};
    return text::base64_decode(std::string_view(*value).substr(name.size())).value_or("");
  }

 private:
  static std::string prepare() {
    std::string folder = ::testing::TempDir() + "winrmd-net-XXXXXX";
    EXPECT_NE(::mkdtemp(folder.data()), nullptr);
    EXPECT_TRUE(users::edit_ntlm_file(folder + "/ntlm", true, [&](users::NtlmFile& file) -> Result<void> {
      file.set({.name = "alice", .hash = users::nt_hash("secret").value()});
      return {};
    }));
    std::ofstream(folder + "/krb5.conf") << "[libdefaults]\n default_realm = NOWHERE.TEST\n dns_lookup_kdc = false\n"
                                         << " dns_canonicalize_hostname = false\n";
    ::setenv("KRB5_CONFIG", (folder + "/krb5.conf").c_str(), 1);
    gss::set_up_process();
    return folder;
  }

  std::string folder_;
  std::optional<gss::AcceptContext> accept_;
  std::optional<gss::testing::Initiator> client_;
};

}  // namespace winrmd::net::testing
