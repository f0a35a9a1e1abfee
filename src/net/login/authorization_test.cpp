#include "net/login/authorization.hpp"

#include <gtest/gtest.h>

namespace winrmd::net {
namespace {

using ipc::Scheme;

TEST(Authorization, KnowsTheSchemesInAnyCase) {
  struct Case {
    const char* value;
    Scheme scheme;
    const char* token;
  };
  for (const auto& [value, scheme, token] : {
           Case{"Basic dTpw", Scheme::basic, "u:p"},
           Case{"basic dTpw", Scheme::basic, "u:p"},
           Case{"Negotiate TlRMTVNTUA==", Scheme::negotiate, "NTLMSSP"},
           Case{"NEGOTIATE   TlRMTVNTUA==", Scheme::negotiate, "NTLMSSP"},
           Case{"Kerberos YQ", Scheme::kerberos, "a"},
           Case{"CredSSP FgMD", Scheme::credssp, "\x16\x03\x03"},
           Case{"CredSSP", Scheme::credssp, ""},
           Case{"Negotiate ", Scheme::negotiate, ""},
           Case{"http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual", Scheme::certificate, ""},
       }) {
    const auto credentials = parse_authorization(value);
    ASSERT_TRUE(credentials) << value;
    EXPECT_EQ(credentials->scheme, scheme) << value;
    EXPECT_EQ(credentials->token, token) << value;
  }
}

TEST(Authorization, RefusesEverythingElse) {
  for (const auto* value : {
           "",
           " ",
           "Basic=",
           " Basic dTpw",
           "NTLM TlRMTVNTUA==",
           "Digest username=\"u\"",
           "Bearer abc",
           "Basicx dTpw",
           "Basic\tdTpw",
           "Basic dTp w",
           "Basic dTpw ",
           "Basic dTpw,Negotiate YQ==",
           "Basic \"dTpw\"",
           "Negotiate TlRMTVNTUA=",
           "Negotiate !",
           "Negotiate -_",
           "Negotiate A",
           "Negotiate TlRM=VNT",
           "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual YQ==",
           "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/http/mutual",
       }) {
    EXPECT_FALSE(parse_authorization(value)) << value;
  }
}

}  // namespace
}  // namespace winrmd::net
