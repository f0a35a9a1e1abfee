#include "lib/gss/ntlm_gate.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "lib/gss/gss.hpp"

namespace winrmd::gss {
namespace {

constexpr std::uint32_t negotiated = ntlm_unicode | ntlm_key_exchange;

void put(std::string& message, std::size_t at, std::uint32_t value, unsigned size) {
  for (unsigned i = 0; i < size; ++i) message[at + i] = static_cast<char>(value >> (8 * i));
}

std::string header(std::uint32_t type, std::size_t size) {
  std::string message("NTLMSSP\0", 8);
  message.resize(size, '\0');
  put(message, 8, type, 4);
  return message;
}

// An answer with fields of these sizes one after the other.
struct Answer {
  std::uint32_t lm = 24;
  std::uint32_t nt = 44;
  std::uint32_t domain = 0;
  std::uint32_t user = 10;
  std::uint32_t host = 0;
  std::uint32_t key = 16;

  [[nodiscard]] std::string bytes() const {
    std::string message = header(3, 88);
    std::size_t at = 12;
    for (const auto size : {lm, nt, domain, user, host, key}) {
      put(message, at, size, 2);
      put(message, at + 2, size, 2);
      put(message, at + 4, static_cast<std::uint32_t>(message.size()), 4);
      message.append(size, 'x');
      at += 8;
    }
    return message;
  }
};

TEST(NtlmGate, LetsGoodMessagesPass) {
  EXPECT_TRUE(check_ntlm(header(1, 16), std::nullopt));
  EXPECT_TRUE(check_ntlm(header(1, 40), std::nullopt));
  EXPECT_TRUE(check_ntlm(Answer{}.bytes(), negotiated));
  EXPECT_TRUE(check_ntlm("\x60\x82something else", std::nullopt));
  EXPECT_TRUE(check_ntlm("\xa1\x30in SPNEGO" + Answer{}.bytes() + "and its checksum", negotiated));
  EXPECT_TRUE(check_ntlm(Answer{.key = 0}.bytes(), ntlm_unicode));
}

TEST(NtlmGate, FillsUpFirstMessagesThatAreShort) {
  EXPECT_EQ(fill_up(header(1, 16)), header(1, 40));
  EXPECT_EQ(fill_up(header(1, 39)), header(1, 40));
  EXPECT_EQ(fill_up(header(1, 40)), std::nullopt);
  EXPECT_EQ(fill_up(header(3, 16)), std::nullopt);
  EXPECT_EQ(fill_up("\x60" + header(1, 16)), std::nullopt);
  EXPECT_EQ(fill_up(""), std::nullopt);
}

TEST(NtlmGate, LimitsOfNames) {
  EXPECT_TRUE(check_ntlm(Answer{.user = max_ntlm_name_size}.bytes(), negotiated));
  EXPECT_FALSE(check_ntlm(Answer{.user = max_ntlm_name_size + 1}.bytes(), negotiated));
  EXPECT_FALSE(check_ntlm(Answer{.user = 65535}.bytes(), negotiated));
  EXPECT_TRUE(check_ntlm(Answer{.domain = max_ntlm_name_size}.bytes(), negotiated));
  EXPECT_FALSE(check_ntlm(Answer{.domain = max_ntlm_name_size + 1}.bytes(), negotiated));
}

TEST(NtlmGate, RefusesWhatTheLibraryMustNotSee) {
  auto beyond = Answer{}.bytes();
  put(beyond, 24, static_cast<std::uint32_t>(beyond.size()) - 43, 4);  // the NT response ends one byte too late
  auto far = Answer{}.bytes();
  put(far, 24, 0xffffffff, 4);
  auto short_key = Answer{.key = 15}.bytes();
  struct Row {
    const char* what;
    std::string token;
    std::string error;
  };
  const std::vector<Row> rows{
      {"a header only", header(1, 15), "an NTLM message that is cut short"},
      {"a signature only", "NTLMSSP" + std::string(1, '\0'), "an NTLM message that is cut short"},
      {"a challenge", header(2, 56), "an NTLM message that clients do not send"},
      {"an unknown type", header(0x10000001, 56), "an NTLM message that clients do not send"},
      {"an answer cut short", header(3, 87), "an NTLM answer that is cut short"},
      {"a field beyond the end", beyond, "an NTLM message with a field beyond its end"},
      {"a field far beyond the end", far, "an NTLM message with a field beyond its end"},
      {"NTLM version 1", Answer{.nt = 24}.bytes(), "an NTLM answer that is not version 2"},
      {"a response one byte too small", Answer{.nt = 43}.bytes(), "an NTLM answer that is not version 2"},
      {"no response", Answer{.nt = 0}.bytes(), "an NTLM answer that is not version 2"},
      {"no user", Answer{.user = 0}.bytes(), "an anonymous NTLM log-in"},
      {"no session key", Answer{.key = 0}.bytes(), "an NTLM answer with a session key of a wrong size"},
      {"a short session key", short_key, "an NTLM answer with a session key of a wrong size"},
      {"a bad message behind a good one", header(1, 40) + short_key,
       "an NTLM answer with a session key of a wrong size"},
  };
  for (const auto& row : rows) {
    const auto checked = check_ntlm(row.token, negotiated);
    ASSERT_FALSE(checked) << row.what;
    EXPECT_EQ(checked.error().message, row.error) << row.what;
  }
  EXPECT_EQ(check_ntlm(Answer{}.bytes(), std::nullopt).error().message, "an NTLM answer without a challenge");
}

TEST(NtlmGate, EveryPrefixIsLookedAtInBounds) {
  const auto whole = Answer{}.bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(check_ntlm(whole.substr(0, size), negotiated).has_value(), size < 8) << size;
  }
}

TEST(NtlmGate, KnowsWhatBeginsALogIn) {
  EXPECT_TRUE(begins(header(1, 16)));
  EXPECT_TRUE(begins("\x60"));
  EXPECT_FALSE(begins(Answer{}.bytes()));
  EXPECT_FALSE(begins("\xa1\x10"));
  EXPECT_FALSE(begins(header(1, 11)));
  EXPECT_FALSE(begins(""));
}

TEST(NtlmGate, ReadsTheClaimedUserInBounds) {
  auto message = Answer{.user = 6}.bytes();
  const auto at = 88 + 24 + 44;
  message.replace(at, 6, std::string("b\0o\0b\0", 6));
  EXPECT_EQ(claimed_user(message), "bob");
  EXPECT_EQ(claimed_user("\xa1\x30" + message), "bob");
  auto odd = message;
  put(odd, 36, 5, 2);
  EXPECT_EQ(claimed_user(odd), "");
  auto far = message;
  put(far, 40, 0xfffffff0, 4);
  EXPECT_EQ(claimed_user(far), "");
  EXPECT_EQ(claimed_user(header(1, 88)), "");
  EXPECT_EQ(claimed_user(""), "");
  for (std::size_t size = 0; size < 88; ++size) EXPECT_EQ(claimed_user(message.substr(0, size)), "");
}

TEST(NtlmGate, FindsTheFlagsOfAChallenge) {
  auto challenge = header(2, 56);
  put(challenge, 20, 0xe28a8235, 4);
  EXPECT_EQ(challenge_flags(challenge), 0xe28a8235);
  EXPECT_EQ(challenge_flags("\xa1\x81" + challenge), 0xe28a8235);
  EXPECT_EQ(challenge_flags(challenge.substr(0, 23)), std::nullopt);
  EXPECT_EQ(challenge_flags(header(1, 56)), std::nullopt);
  EXPECT_EQ(challenge_flags(""), std::nullopt);
}

}  // namespace
}  // namespace winrmd::gss
