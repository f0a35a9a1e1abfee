// An authorization host whose plug-in does what each test says: three users, and what was released how often.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>

#include "host/testing/running_host.hpp"

namespace winrmd::host::testing {

inline constexpr DWORD redirect = 0x80338199;

inline DWORD complete(WSMAN_SENDER_DETAILS* sender, PVOID context = nullptr, HANDLE token = nullptr, DWORD code = 0,
                      PCWSTR text = nullptr, BOOL administrator = FALSE) {
  return WSManPluginAuthzUserComplete(sender, 0, context, token, administrator, code, text);
}

inline void* pointer(std::uintptr_t value) { return reinterpret_cast<void*>(value); }

class Authz : public ::testing::Test {
 protected:
  Authz() { script() = {}; }

  // Before the host: it may still call at its end.
  std::mutex mutex_;
  std::map<void*, int> releases_;
  std::condition_variable released_;

  RunningHost host_{[] { return authorization_setup(); }()};

  void SetUp() override {
    for (const char* const name : {"alice", "bob", "carol"}) {
      host_.supervisor([name](Supervisor& it) {
        ipc::TokenDescription who;
        who.login_name = who.account = name;
        who.mechanism = "Basic";
        who.uid = 1000;
        it.tokens.emplace(std::string("token-") + name, who);
      });
    }
    script().authz_release = [this](PVOID context) {
      std::lock_guard lock(mutex_);
      ++releases_[context];
      released_.notify_all();
    };
  }

  static ipc::AuthzUser user(const std::string& name = "alice", const std::string& locale = "de-DE") {
    ipc::AuthzUser message;
    message.token = "token-" + name;
    message.http_url = "http://host/wsman";
    message.locale = locale;
    return message;
  }
  static ipc::AuthzOperation operation() {
    ipc::AuthzOperation message;
    message.token = "token-alice";
    message.http_url = "http://host/wsman";
    message.operation = WSManOperationShell;
    message.action = "urn:create";
    message.resource_uri = "urn:shell";
    return message;
  }
  ipc::AuthzCompleted ask_user() { return host_.ask<ipc::AuthzCompleted>(user()); }

  void wait_for_release(void* context, int count = 1) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(released_.wait_for(lock, std::chrono::seconds(20), [&] { return releases_[context] == count; }));
  }
  int releases(void* context) {
    std::lock_guard lock(mutex_);
    return releases_[context];
  }
};

}  // namespace winrmd::host::testing
