// The rules of authorization calls, S1 to S34 of the interface as far as they concern the host, with a plug-in that
// does what each test says. Those of tokens are in identity_test.cpp.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "host/core/plugin_text.hpp"
#include "host/testing/authz_host.hpp"

namespace winrmd::host::testing {
namespace {

using namespace std::chrono_literals;

TEST_F(Authz, S2_CompletionInlineOrFromAnotherThreadBothWork) {
  script().authz_user = [](auto* sender) { complete(sender); };
  EXPECT_EQ(ask_user().error_code, 0U);
  std::thread later;
  script().authz_user = [&later](auto* sender) {
    later = std::thread([sender] { complete(sender, nullptr, nullptr, 5); });
  };
  EXPECT_EQ(ask_user().error_code, 5U);
  EXPECT_EQ(host_.stop(WSMAN_PLUGIN_SHUTDOWN_SERVICE), Exit::stopped);  // the entry point has returned
  later.join();
}

TEST_F(Authz, S3_EveryOptionalParameterMayBeNull) {
  script().authz_user = [](auto* sender) { EXPECT_EQ(complete(sender), 0U); };
  const auto answer = ask_user();
  EXPECT_EQ(answer.error_code, 0U);
  EXPECT_EQ(answer.context, 0U);
  EXPECT_EQ(answer.choice, ipc::TokenChoice::service);
  EXPECT_FALSE(answer.administrator);
  EXPECT_TRUE(answer.from_plugin);
}

TEST_F(Authz, S4_CompletionsInReverseOrderReachTheRightRequests) {
  std::vector<WSMAN_SENDER_DETAILS*> senders;
  std::mutex mutex;
  std::promise<void> all;
  script().authz_user = [&](auto* sender) {
    std::lock_guard lock(mutex);
    senders.push_back(sender);
    if (senders.size() == 3) all.set_value();
  };
  std::map<std::string, std::uint64_t> asked;
  for (const char* const name : {"alice", "bob", "carol"}) asked[name] = host_.send(user(name));
  ASSERT_EQ(all.get_future().wait_for(20s), std::future_status::ready);
  for (auto sender = senders.rbegin(); sender != senders.rend(); ++sender) {
    EXPECT_EQ(complete(*sender, nullptr, nullptr, 100, (*sender)->senderName), 0U);
  }
  for (const auto& [name, id] : asked) {
    EXPECT_EQ(host_.expect<ipc::AuthzCompleted>(id).extended_information, name);
  }
}

TEST_F(Authz, S6_S25_S26_BadArgumentsAreRefusedAndTheCallStaysPending) {
  script().authz_user = [](auto* sender) {
    const auto call = [](WSMAN_SENDER_DETAILS* who, DWORD flags) {
      return WSManPluginAuthzUserComplete(who, flags, pointer(16), nullptr, FALSE, 0, nullptr);
    };
    EXPECT_EQ(call(nullptr, 0), 87U);
    EXPECT_EQ(call(sender, 1), 87U);
    EXPECT_EQ(call(sender, 0x80000000), 87U);
    EXPECT_EQ(call(nullptr, 1), 87U);
    EXPECT_EQ(call(sender, 0), 0U);
  };
  EXPECT_EQ(ask_user().error_code, 0U);
  EXPECT_EQ(releases(pointer(16)), 0);
}

TEST_F(Authz, S7_AContextIsNeverDereferencedAndComesBackUnchanged) {
  void* const invalid = pointer(0xDEAD000000000001);
  script().authz_user = [invalid](auto* sender) { complete(sender, invalid); };
  const auto answer = ask_user();
  ASSERT_NE(answer.context, 0U);
  ipc::AuthzReleaseContext release;
  release.context = answer.context;
  host_.send_as(release, 0);
  wait_for_release(invalid);
}

TEST_F(Authz, S8_S9_EveryReportIsAReferenceOfItsOwn) {
  void* const same = pointer(32);
  script().authz_user = [same](auto* sender) { complete(sender, same); };
  script().authz_operation = [same](auto* sender, auto...) {
    WSManPluginAuthzOperationComplete(sender, 0, same, 0, nullptr);
  };
  const auto first = ask_user();
  const auto second = ask_user();
  const auto third = host_.ask<ipc::AuthzCompleted>(operation());
  EXPECT_NE(first.context, second.context);
  EXPECT_NE(second.context, third.context);
  for (const auto& answer : {first, second}) {
    ipc::AuthzReleaseContext release;
    release.context = answer.context;
    host_.send_as(release, 0);
    host_.send_as(release, 0);  // a second time: no effect
  }
  wait_for_release(same, 2);
  EXPECT_EQ(host_.stop(WSMAN_PLUGIN_SHUTDOWN_SERVICE), Exit::stopped);
  EXPECT_EQ(releases(same), 3);  // the third at the end of the host
}

TEST_F(Authz, O9_ShutdownComesAfterEveryRelease) {
  script().authz_user = [](auto* sender) { complete(sender, pointer(48)); };
  int released_before = -1;
  DWORD reason = 0;
  script().shutdown = [&](PVOID, DWORD why) {
    released_before = releases(pointer(48));
    reason = why;
    return 0U;
  };
  for (int i = 0; i < 50; ++i) ask_user();
  EXPECT_EQ(host_.stop(WSMAN_PLUGIN_SHUTDOWN_SYSTEM), Exit::stopped);
  EXPECT_EQ(released_before, 50);
  EXPECT_EQ(reason, static_cast<DWORD>(WSMAN_PLUGIN_SHUTDOWN_SYSTEM));
}

TEST_F(Authz, S15_S16_TheAdministratorFlagIsThePluginsWord) {
  script().authz_user = [](auto* sender) { complete(sender, nullptr, nullptr, 0, nullptr, 2); };
  EXPECT_TRUE(ask_user().administrator);
  script().authz_user = [](auto* sender) { complete(sender, nullptr, nullptr, 0, nullptr, FALSE); };
  EXPECT_FALSE(ask_user().administrator);
  script().authz_user = [](auto* sender) { complete(sender, nullptr, nullptr, 5, nullptr, TRUE); };
  EXPECT_FALSE(ask_user().administrator);
}

TEST_F(Authz, S17_S20_TheErrorCodeAloneDecides) {
  for (const DWORD code : {5U, 87U, 0x80070002U, redirect, 0xFFFFFFFFU}) {
    script().authz_user = [code](auto* sender) { complete(sender, pointer(80), sender->clientToken, code); };
    const auto answer = ask_user();
    EXPECT_EQ(answer.error_code, code);
    EXPECT_EQ(answer.context, 0U);
    EXPECT_TRUE(answer.token.empty());
  }
  wait_for_release(pointer(80), 5);  // a context that came with a failure goes back at once
}

TEST_F(Authz, S22_ExtendedInformationOfAFailureIsCarried) {
  script().authz_user = [](auto* sender) { complete(sender, nullptr, nullptr, 5, WSMAN_TEXT("<no why=\"\u00e4\"/>")); };
  EXPECT_EQ(ask_user().extended_information, "<no why=\"\xC3\xA4\"/>");
}

TEST_F(Authz, S22_ExtendedInformationIsReadUpToItsLimit) {
  for (const std::size_t size :
       {max_extended_information - 1, max_extended_information, max_extended_information + 1}) {
    script().authz_user = [size](auto* sender) {
      complete(sender, nullptr, nullptr, 5, std::u16string(size, u'x').c_str());
    };
    EXPECT_EQ(ask_user().extended_information.size(), std::min(size, max_extended_information));
  }
}

TEST_F(Authz, S22_TextThatIsNoUtf16IsRepairedNotRefused) {
  script().authz_user = [](auto* sender) {
    const WCHAR text[] = {u'a', 0xD800, u'b', 0};
    EXPECT_EQ(complete(sender, nullptr, nullptr, 5, text), 0U);
  };
  EXPECT_EQ(ask_user().extended_information,
            "a\xEF\xBF\xBD"
            "b");
}

TEST_F(Authz, S23_ExtendedInformationIsIgnoredOnSuccess) {
  script().authz_user = [](auto* sender) {
    // Not even looked at: this address is no memory.
    complete(sender, nullptr, nullptr, 0, reinterpret_cast<PCWSTR>(pointer(0x10)));
  };
  const auto answer = ask_user();
  EXPECT_EQ(answer.error_code, 0U);
  EXPECT_TRUE(answer.extended_information.empty());
}

TEST_F(Authz, S24_TheThreadSpeaksTheClientsLanguage) {
  script().authz_user = [](auto* sender) {
    WCHAR name[16];
    EXPECT_EQ(WSManPosixThreadLocaleName(name, 16, nullptr), 0U);
    complete(sender, nullptr, nullptr, GetThreadUILanguage(), name);
  };
  for (const auto& [locale, id] :
       std::map<std::string, std::uint32_t>{{"de-DE", 0x0407}, {"fr-FR", 0x040C}, {"tlh", 0x0409}, {"", 0x0409}}) {
    const auto answer = host_.ask<ipc::AuthzCompleted>(user("alice", locale));
    EXPECT_EQ(answer.error_code, id) << locale;
    EXPECT_EQ(answer.extended_information, locale);
  }
}

TEST_F(Authz, S28_S29_OmittingTheTokenMeansTheServiceAccount) {
  script().authz_user = [](auto* sender) {
    EXPECT_NE(sender->clientToken, nullptr);
    complete(sender);
  };
  EXPECT_EQ(ask_user().choice, ipc::TokenChoice::service);
}

TEST_F(Authz, SenderDetailsSayWhatTheSupervisorSays) {
  script().authz_user = [](auto* sender) {
    EXPECT_EQ(WSManPosixCompare(sender->senderName, WSMAN_TEXT("alice")), 0);
    EXPECT_EQ(WSManPosixCompare(sender->authenticationMechanism, WSMAN_TEXT("Basic")), 0);
    EXPECT_EQ(WSManPosixCompare(sender->httpURL, WSMAN_TEXT("http://host/wsman")), 0);
    EXPECT_EQ(sender->certificateDetails, nullptr);
    WSMAN_POSIX_IDENTITY* identity = nullptr;
    ASSERT_EQ(WSManPosixTokenIdentity(sender->clientToken, &identity), 0U);
    EXPECT_EQ(identity->uid, 1000U);
    WSManPosixFree(identity);
    complete(sender);
  };
  EXPECT_EQ(ask_user().error_code, 0U);
}

TEST_F(Authz, ATokenIsDescribedOnceAndAnUnknownOneIsRefused) {
  script().authz_user = [](auto* sender) { complete(sender); };
  for (int i = 0; i < 5; ++i) ask_user();
  host_.supervisor([](Supervisor& it) { EXPECT_EQ(it.described, 1); });
  const auto answer = host_.ask<ipc::AuthzCompleted>(user("mallory"));
  EXPECT_NE(answer.error_code, 0U);
  EXPECT_FALSE(answer.from_plugin);
}

TEST_F(Authz, OperationsCarryWhatIsAskedFor) {
  script().authz_operation = [](auto* sender, DWORD operation, PCWSTR action, PCWSTR resource) {
    EXPECT_EQ(operation, static_cast<DWORD>(WSManOperationShell));
    EXPECT_EQ(WSManPosixCompare(action, WSMAN_TEXT("urn:create")), 0);
    EXPECT_EQ(WSManPosixCompare(resource, WSMAN_TEXT("urn:shell")), 0);
    // The function for users does not fit a call for an operation.
    EXPECT_EQ(complete(sender), 87U);
    EXPECT_EQ(WSManPluginAuthzOperationComplete(sender, 1, nullptr, 0, nullptr), 87U);
    EXPECT_EQ(WSManPluginAuthzOperationComplete(sender, 0, pointer(96), 0, nullptr), 0U);
    EXPECT_EQ(WSManPluginAuthzOperationComplete(sender, 0, pointer(96), 0, nullptr), 87U);
  };
  const auto answer = host_.ask<ipc::AuthzCompleted>(operation());
  EXPECT_EQ(answer.error_code, 0U);
  EXPECT_NE(answer.context, 0U);
}

TEST_F(Authz, ASecondCompletionIsRefusedAndChangesNothing) {
  script().authz_user = [](auto* sender) {
    EXPECT_EQ(complete(sender, pointer(112)), 0U);
    EXPECT_EQ(complete(sender, pointer(113), nullptr, 5), 87U);
  };
  EXPECT_EQ(ask_user().error_code, 0U);
  EXPECT_EQ(host_.stop(WSMAN_PLUGIN_SHUTDOWN_SERVICE), Exit::stopped);
  EXPECT_EQ(releases(pointer(112)), 1);
  EXPECT_EQ(releases(pointer(113)), 0);
}

TEST_F(Authz, StaleAndInventedSendersAreRefusedWithoutBeingRead) {
  WSMAN_SENDER_DETAILS* stale = nullptr;
  script().authz_user = [&stale](auto* sender) {
    stale = sender;
    complete(sender);
  };
  ask_user();
  EXPECT_EQ(complete(stale), 87U);
  EXPECT_EQ(complete(static_cast<WSMAN_SENDER_DETAILS*>(pointer(0x10))), 87U);
  EXPECT_EQ(complete(static_cast<WSMAN_SENDER_DETAILS*>(pointer(0xFFFFFFFFFFFFFFF8))), 87U);
  WSMAN_SENDER_DETAILS own{};
  EXPECT_EQ(complete(&own), 87U);
  WSMAN_SENDER_DETAILS* last = stale;
  for (int i = 0; i < 500; ++i) {
    ask_user();
    EXPECT_GT(stale, last);  // addresses never come back
    last = stale;
  }
}

TEST_F(Authz, ACompletionAfterTheClientLeftIsRefusedAndItsContextReleased) {
  WSMAN_SENDER_DETAILS* late = nullptr;
  std::promise<void> called;
  script().authz_user = [&](auto* sender) {
    late = sender;
    called.set_value();
  };
  const auto id = host_.send(user());
  called.get_future().wait();
  host_.send_as(ipc::AuthzCancel{}, id);
  script().authz_user = [](auto* sender) { complete(sender); };
  ask_user();                                                              // the Cancel was read before this
  EXPECT_EQ(WSManPosixCompare(late->senderName, WSMAN_TEXT("alice")), 0);  // still there to be read
  EXPECT_EQ(complete(late, pointer(128), late->clientToken), 87U);
  wait_for_release(pointer(128));
  EXPECT_EQ(complete(late, pointer(128)), 87U);
  EXPECT_TRUE(host_.unanswered(id, 50ms));
  EXPECT_EQ(host_.stop(WSMAN_PLUGIN_SHUTDOWN_SERVICE), Exit::stopped);
  EXPECT_EQ(releases(pointer(128)), 1);
}

TEST_F(Authz, AnExceptionFailsThatRequestOnly) {
  script().authz_user = [](auto*) { throw 42; };
  const auto answer = ask_user();
  EXPECT_EQ(answer.error_code, code_plugin_failed);
  script().authz_user = [](auto* sender) { complete(sender); };
  EXPECT_EQ(ask_user().error_code, 0U);
}

TEST_F(Authz, AHostThatStopsAnswersWhatWaitsAndShutsDownAllTheSame) {
  std::promise<void> called;
  bool shut_down = false;
  script().authz_user = [&](auto*) { called.set_value(); };
  script().shutdown = [&](PVOID, DWORD) {
    shut_down = true;
    return 0U;
  };
  const auto id = host_.send(user());
  called.get_future().wait();
  EXPECT_EQ(host_.close_net(), Exit::stopped);
  EXPECT_TRUE(shut_down);
  (void)id;
}

TEST_F(Authz, ManyThreadsCompletingAtOnceReleaseEveryContextOnce) {
  constexpr int rounds = 300;
  std::vector<std::thread> threads;
  std::mutex mutex;
  script().authz_user = [&](auto* sender) {
    std::lock_guard lock(mutex);
    threads.emplace_back([sender] {
      complete(sender, sender, sender->clientToken);
      complete(sender, sender);
    });
  };
  std::vector<std::uint64_t> ids;
  for (int i = 0; i < rounds; ++i) ids.push_back(host_.send(user()));
  for (int i = 0; i < rounds; ++i) {
    if (i % 3 == 0) host_.send_as(ipc::AuthzCancel{}, ids[static_cast<std::size_t>(i)]);
  }
  std::set<std::uint64_t> contexts;
  for (int i = 0; i < rounds; ++i) {
    if (i % 3 == 0) continue;
    contexts.insert(host_.expect<ipc::AuthzCompleted>(ids[static_cast<std::size_t>(i)]).context);
  }
  EXPECT_EQ(contexts.size(), static_cast<std::size_t>(rounds - rounds / 3));
  EXPECT_EQ(host_.stop(WSMAN_PLUGIN_SHUTDOWN_SERVICE), Exit::stopped);
  for (auto& thread : threads) thread.join();
  std::lock_guard lock(mutex_);
  for (const auto& [context, count] : releases_) EXPECT_EQ(count, 1);
}

}  // namespace
}  // namespace winrmd::host::testing
