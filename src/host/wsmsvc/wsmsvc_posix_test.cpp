// Handles, tokens and language as plug-ins see them.
#include <gtest/gtest.h>

#include <array>
#include <thread>

#include "host/wsmsvc/testing/fake_backend.hpp"

namespace winrmd::wsmsvc {
namespace {

HANDLE handle(std::uintptr_t value) { return reinterpret_cast<HANDLE>(value); }  // NOLINT

TEST(CloseHandle, tells_what_went_wrong_in_the_last_error_of_the_thread) {
  FakeBackend host;
  host.accounts[u"deploy"] = handle(16);
  SetLastError(1);
  EXPECT_TRUE(CloseHandle(handle(16)));
  EXPECT_EQ(GetLastError(), 1U) << "a success leaves it alone";
  EXPECT_FALSE(CloseHandle(handle(16)));
  EXPECT_EQ(GetLastError(), ERROR_INVALID_HANDLE);
  std::thread([] { EXPECT_EQ(GetLastError(), ERROR_SUCCESS); }).join();
}

TEST(WaitForSingleObject, hands_on_the_result_and_names_a_bad_handle) {
  FakeBackend host;
  EXPECT_EQ(WaitForSingleObject(handle(8), 0), WAIT_TIMEOUT);
  EXPECT_EQ(WaitForSingleObject(handle(8), INFINITE), WAIT_OBJECT_0);
  SetLastError(0);
  EXPECT_EQ(WaitForSingleObject(nullptr, 0), WAIT_FAILED);
  EXPECT_EQ(GetLastError(), ERROR_INVALID_HANDLE);
}

TEST(EventDescriptor, is_the_hosts_or_minus_one) {
  FakeBackend host;
  EXPECT_EQ(WSManPosixEventDescriptor(handle(8)), 7);
  SetLastError(0);
  EXPECT_EQ(WSManPosixEventDescriptor(nullptr), -1);
  EXPECT_EQ(GetLastError(), ERROR_INVALID_HANDLE);
}

TEST(ThreadLocale, has_a_number_and_a_name) {
  FakeBackend host;
  host.language = 0x0407;
  host.locale = u"de-DE";
  EXPECT_EQ(GetThreadUILanguage(), 0x0407);
  std::array<WCHAR, 6> name = {};
  DWORD needed = 0;
  EXPECT_EQ(WSManPosixThreadLocaleName(nullptr, 0, &needed), ERROR_INSUFFICIENT_BUFFER);
  EXPECT_EQ(needed, 6U);
  name.fill(u'x');
  EXPECT_EQ(WSManPosixThreadLocaleName(name.data(), 5, nullptr), ERROR_INSUFFICIENT_BUFFER);
  EXPECT_EQ(name[0], u'x') << "nothing is written when it does not fit";
  EXPECT_EQ(WSManPosixThreadLocaleName(name.data(), 6, nullptr), ERROR_SUCCESS);
  EXPECT_EQ(std::u16string(name.data()), u"de-DE");
  EXPECT_EQ(WSManPosixThreadLocaleName(nullptr, 6, nullptr), ERROR_INVALID_PARAMETER);
}

TEST(TokenForAccount, gives_a_token_or_null_with_the_reason) {
  FakeBackend host;
  host.accounts[u"deploy"] = handle(16);
  HANDLE token = handle(1);
  EXPECT_EQ(WSManPosixTokenForAccount(u"deploy", nullptr, &token), ERROR_SUCCESS);
  EXPECT_EQ(token, handle(16));
  EXPECT_EQ(WSManPosixTokenForAccount(u"nobody-here", nullptr, &token), ERROR_NO_SUCH_USER);
  EXPECT_EQ(token, nullptr);
  EXPECT_EQ(WSManPosixTokenForAccount(u"", nullptr, &token), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPosixTokenForAccount(nullptr, nullptr, &token), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPosixTokenForAccount(u"deploy", nullptr, nullptr), ERROR_INVALID_PARAMETER);
}

TEST(DuplicateToken, gives_null_with_the_reason) {
  FakeBackend host;
  HANDLE copy = handle(1);
  EXPECT_EQ(WSManPosixDuplicateToken(nullptr, &copy), ERROR_INVALID_HANDLE);
  EXPECT_EQ(copy, nullptr);
  EXPECT_EQ(WSManPosixDuplicateToken(handle(16), nullptr), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPosixDuplicateToken(handle(16), &copy), ERROR_SUCCESS);
  EXPECT_NE(copy, nullptr);
}

TEST(TokenIdentity, is_one_block_with_everything_in_it) {
  FakeBackend host;
  host.identities[handle(16)] = {.account = u"dép", .uid = 1001, .gid = 1002, .groups = {7, 8, 0xFFFFFFFE}};
  host.identities[handle(20)] = {};
  WSMAN_POSIX_IDENTITY* identity = nullptr;
  ASSERT_EQ(WSManPosixTokenIdentity(handle(16), &identity), ERROR_SUCCESS);
  EXPECT_EQ(std::u16string(identity->account), u"dép");
  EXPECT_EQ(identity->uid, 1001U);
  EXPECT_EQ(identity->gid, 1002U);
  ASSERT_EQ(identity->groupsCount, 3U);
  EXPECT_EQ(identity->groups[2], 0xFFFFFFFEU);
  WSManPosixFree(identity);

  ASSERT_EQ(WSManPosixTokenIdentity(handle(20), &identity), ERROR_SUCCESS);
  EXPECT_EQ(std::u16string(identity->account), u"");
  EXPECT_EQ(identity->groups, nullptr);
  WSManPosixFree(identity);
  WSManPosixFree(nullptr);
}

TEST(TokenIdentity, gives_null_with_the_reason) {
  FakeBackend host;
  auto* identity = reinterpret_cast<WSMAN_POSIX_IDENTITY*>(handle(1));
  EXPECT_EQ(WSManPosixTokenIdentity(handle(16), &identity), ERROR_INVALID_HANDLE);
  EXPECT_EQ(identity, nullptr);
  EXPECT_EQ(WSManPosixTokenIdentity(handle(16), nullptr), ERROR_INVALID_PARAMETER);
}

void expect_failures(DWORD token_code, DWORD handle_code) {
  HANDLE token = nullptr;
  WSMAN_POSIX_IDENTITY* identity = nullptr;
  EXPECT_FALSE(CloseHandle(handle(16)));
  EXPECT_EQ(GetLastError(), handle_code);
  EXPECT_EQ(WaitForSingleObject(handle(8), 0), WAIT_FAILED);
  EXPECT_EQ(GetLastError(), handle_code);
  EXPECT_EQ(WSManPosixEventDescriptor(handle(8)), -1);
  EXPECT_EQ(GetThreadUILanguage(), 0x0409);
  EXPECT_EQ(WSManPosixTokenForAccount(u"deploy", nullptr, &token), token_code);
  EXPECT_EQ(WSManPosixDuplicateToken(handle(16), &token), handle_code);
  EXPECT_EQ(WSManPosixTokenIdentity(handle(16), &identity), handle_code);
}

TEST(Host, missing_there_are_no_handles) {
  expect_failures(ERROR_NOT_SUPPORTED, ERROR_INVALID_HANDLE);
  WCHAR name[4] = {u'x'};
  EXPECT_EQ(WSManPosixThreadLocaleName(name, 4, nullptr), ERROR_SUCCESS);
  EXPECT_EQ(name[0], u'\0');
}

TEST(Host, throwing_becomes_an_error_code) {
  FakeBackend host;
  host.throws = true;
  expect_failures(ERROR_INTERNAL_ERROR, ERROR_INTERNAL_ERROR);
}

}  // namespace
}  // namespace winrmd::wsmsvc
